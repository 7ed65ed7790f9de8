using System;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace Defender.Interop.Tests;

/// <summary>The whole way: this machine's sockets, the agent, MQTT, the gateway, a violation.</summary>
public sealed class WalkthroughTests
{
    [Fact]
    public async Task A_port_that_opens_raises_an_alarm_that_clears_when_it_closes()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(null, "--profile", RunningGateway.AttackSurface);
        await using ChildProcess agent = ChildProcess.StartAgent(
            "run", "--endpoint", $"mqtt://127.0.0.1:{gateway.MqttPort}", "--thing", "this machine", "--interval", "1s", "--allow-root", "true");
        await agent.WaitForErrorAsync("accepted");

        string alarm;
        using (var listener = new TcpListener(IPAddress.Loopback, 2323))
        {
            listener.Start();
            alarm = await gateway.Process.WaitForOutputAsync("offending=2323");
        }

        string cleared = await gateway.Process.WaitForOutputAsync("behavior=no-telnet-2323");

        Assert.Contains(" in-alarm thing=\"this machine\" profile=attack-surface behavior=no-telnet-2323 ", alarm, StringComparison.Ordinal);
        Assert.Contains(" alarm-cleared ", cleared, StringComparison.Ordinal);
        Assert.Equal(ViolationId(alarm), ViolationId(cleared));
    }

    [Fact]
    public async Task The_list_of_violations_is_the_same_beside_a_running_gateway_and_after_it()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(null, "--profile", RunningGateway.AttackSurface);
        await Mosquitto.PublishReportAsync(gateway, "pump-17", Mosquitto.ReportWithPorts(1, 22, 23));
        await gateway.Process.WaitForOutputAsync("behavior=no-telnet-23");

        string[] running = await ListAsync(gateway);
        gateway.Process.Interrupt();
        Assert.Equal(0, await gateway.Process.WaitForExitAsync());
        string[] stopped = await ListAsync(gateway);
        string[] lines = await ListAsync(gateway, json: false);

        Assert.Equal(2, running.Length);
        Assert.Equal(running, stopped);
        using JsonDocument first = JsonDocument.Parse(running[0]);
        Assert.Equal("in-alarm", first.RootElement.GetProperty("violationEventType").GetString());
        Assert.Equal("pump-17", first.RootElement.GetProperty("thingName").GetString());
        Assert.Contains(" in-alarm thing=pump-17 ", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_and_readiness_are_served_over_http()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync();
        using var http = new HttpClient();
        foreach (string path in (string[])["healthz", "readyz"])
        {
            using HttpResponseMessage answer = await http.GetAsync(new Uri($"http://127.0.0.1:{gateway.HttpPort}/{path}"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        using HttpResponseMessage missing = await http.GetAsync(new Uri($"http://127.0.0.1:{gateway.HttpPort}/"));
        Assert.Equal(HttpStatusCode.Forbidden, missing.StatusCode);
    }

    private static string ViolationId(string line) => line[(line.LastIndexOf('=') + 1)..];

    private static async Task<string[]> ListAsync(RunningGateway gateway, bool json = true)
    {
        string[] arguments = ["violations", "--data", gateway.Directory, .. json ? (string[])["--json"] : []];
        await using ChildProcess list = ChildProcess.StartGateway(arguments);
        string[] lines = await list.ReadToEndAsync();
        Assert.Equal(0, await list.WaitForExitAsync());
        return lines;
    }
}
