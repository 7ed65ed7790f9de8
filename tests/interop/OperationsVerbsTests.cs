using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Text.Json;
using System.Threading.Tasks;
using Defender.Tests;
using Xunit;

namespace Defender.Interop.Tests;

/// <summary>What operators ask a running gateway.</summary>
public sealed class OperationsVerbsTests
{
    [Fact]
    public async Task Metrics_are_in_the_format_of_Prometheus_and_count_what_happened()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync();
        await Mosquitto.PublishReportAsync(gateway, "pump-17", Mosquitto.ReportWithPorts(1, 22));
        using var http = new HttpClient();
        Dictionary<string, double> metrics = PrometheusMetrics.Parse(await http.GetStringAsync(new Uri($"{gateway.Api}/metrics")));

        Assert.Equal(1, metrics["defender_reports_total{outcome=\"accepted\"}"]);
        Assert.True(metrics["dotnet_process_cpu_time_seconds_total"] > 0);
    }

    [Fact]
    public async Task Rejects_say_why_a_report_was_refused()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync();
        await Mosquitto.PublishReportAsync(gateway, "pump-17", """{"header":{"report_id":7,"version":"1.0"},"metrics":[]}""");
        await using ChildProcess rejects = ChildProcess.StartGateway("rejects", "pump-17", "--json", "--data", gateway.Directory);

        Assert.Equal(0, await rejects.WaitForExitAsync());
        using JsonDocument line = JsonDocument.Parse(Assert.Single(await rejects.ReadToEndAsync()));
        Assert.Equal("pump-17", line.RootElement.GetProperty("thingName").GetString());
        Assert.Equal("R08", line.RootElement.GetProperty("reject").GetProperty("rule").GetString());
    }

    [Fact]
    public async Task Where_no_gateway_runs_the_verb_ends_with_2()
    {
        await using ChildProcess clients = ChildProcess.StartGateway("clients", "--data", "/no/such/directory");

        Assert.Equal(2, await clients.WaitForExitAsync());
        Assert.Contains("no gateway answers on /no/such/directory/admin.sock", clients.Transcript, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_shows_a_subscriber_that_is_connected()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync();
        await using ChildProcess subscriber = ChildProcess.Start(
            "stdbuf", "-oL", "mosquitto_sub", "-p", gateway.MqttPort, "-q", "1", "-d", "-i", "watcher", "-t", "telemetry/#");
        await subscriber.WaitForOutputAsync("Subscribed (mid: 1)");
        await using ChildProcess clients = ChildProcess.StartGateway("clients", "--thing", "watcher", "--json", "--data", gateway.Directory);

        Assert.Equal(0, await clients.WaitForExitAsync());
        using JsonDocument line = JsonDocument.Parse(Assert.Single(await clients.ReadToEndAsync()));
        JsonElement client = line.RootElement.GetProperty("client");
        Assert.Equal("watcher", client.GetProperty("clientId").GetString());
        Assert.Equal("3.1.1", client.GetProperty("protocolVersion").GetString());
        Assert.Equal(1, client.GetProperty("subscriptions").GetInt32());
    }
}
