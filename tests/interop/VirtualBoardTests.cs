using System;
using System.IO;
using System.Net.Http;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Xunit;

namespace Defender.Interop.Tests;

/// <summary>The firmware's own sources, as a process on the virtual board, against the gateway as another.</summary>
public sealed partial class VirtualBoardTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("defender-board-").FullName;
    private readonly string _statusPort = LoopbackPorts.TakeFree();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Its_report_is_accepted_and_the_port_of_its_status_page_is_judged()
    {
        string profile = Path.Combine(_directory, "profile.json");
        await File.WriteAllTextAsync(profile, $$$"""
            {"securityProfileName":"boards","behaviors":[{"name":"no-status-page","metric":"aws:listening-tcp-ports",
             "criteria":{"comparisonOperator":"not-in-port-set","value":{"ports":[{{{_statusPort}}}]},"consecutiveDatapointsToAlarm":1,"consecutiveDatapointsToClear":1}}]}
            """);
        await using RunningGateway gateway = await RunningGateway.StartAsync(null, "--profile", profile);
        await using ChildProcess board = StartBoard($"mqtt://127.0.0.1:{gateway.MqttPort}", "--interval", "1");

        await board.WaitForOutputAsync("light: steady, armed");
        // The gateway tells the thing, and the board shows it.
        await board.WaitForOutputAsync("light: fast blink, in alarm");
        await board.WaitForOutputAsync("report accepted (2)");
        string violation = await gateway.Process.WaitForOutputAsync("in-alarm");
        Assert.Contains("thing=esp32-demo", violation, StringComparison.Ordinal);
        Assert.Contains($"offending={_statusPort}", violation, StringComparison.Ordinal);

        using HttpClient http = new();
        string page = await http.GetStringAsync($"http://127.0.0.1:{_statusPort}/");
        Assert.Matches("thing: esp32-demo\nstate: in alarm\n", page);

        board.Interrupt();
        Assert.True(await board.WaitForExitAsync() == 0, board.Transcript);
        Assert.Equal("1", await File.ReadAllTextAsync(Path.Combine(_directory, "drive", "boots.txt")));
    }

    [Fact]
    public async Task An_enrolled_board_reports_over_mutual_TLS_and_its_tamper_switch_makes_a_report_of_its_own()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(null, "--mqtts", "0");
        string port = (await gateway.Process.WaitForTranscriptAsync(Mqtts())).Groups[1].Value;
        string identity = Path.Combine(_directory, "identity");
        await using ChildProcess enrol = ChildProcess.StartGateway("enrol", "esp32-demo", "--out", identity, "--data", gateway.Directory);
        Assert.True(await enrol.WaitForExitAsync() == 0, enrol.Transcript);

        await using ChildProcess board = StartBoard(
            $"mqtts://localhost:{port}", "--press-tamper", "8",
            "--certificate", Path.Combine(identity, "esp32-demo.crt"), "--key", Path.Combine(identity, "esp32-demo.key"), "--ca", Path.Combine(identity, "ca.crt"));

        await board.WaitForOutputAsync("report accepted (1)");
        await board.WaitForOutputAsync("case opened");

        // The next regular one would come after 300 s.
        await board.WaitForOutputAsync("report accepted (2)");
    }

    [Fact]
    public async Task A_gateway_that_it_does_not_trust_gets_no_report()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(null, "--mqtts", "0");
        string port = (await gateway.Process.WaitForTranscriptAsync(Mqtts())).Groups[1].Value;
        TestCertificates.Write(_directory);

        await using ChildProcess board = StartBoard(
            $"mqtts://localhost:{port}", "--certificate", Path.Combine(_directory, "client.pem"), "--key", Path.Combine(_directory, "client.key"), "--ca", Path.Combine(_directory, "ca.pem"));

        await board.WaitForOutputAsync("problem: Exception connecting to the broker");
        Assert.DoesNotContain("accepted", board.Transcript, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--endpoint", "mqtt://127.0.0.1", "--endpoint and --thing belong together")]
    [InlineData("--intervall", "5", "--intervall is no option")]
    [InlineData("--interval", "0", "'0' for --interval is no number of seconds")]
    [InlineData("--status-port", "http", "'http' for --status-port is no port")]
    public async Task A_wrong_command_line_is_refused_in_a_sentence(string name, string value, string sentence)
    {
        await using ChildProcess board = ChildProcess.StartVirtualBoard(name, value);

        Assert.Equal(2, await board.WaitForExitAsync());
        await board.WaitForErrorAsync(sentence);
    }

    private ChildProcess StartBoard(string endpoint, params string[] more) => ChildProcess.StartVirtualBoard(
        ["--endpoint", endpoint, "--thing", "esp32-demo", "--directory", Path.Combine(_directory, "drive"), "--status-port", _statusPort, .. more]);

    [GeneratedRegex(@"mqtts://127\.0\.0\.1:(\d+)")]
    private static partial Regex Mqtts();
}
