using System;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Defender.Agent.Core.Health;
using Defender.Agent.Core.Sockets;
using Defender.Agent.Firmware.Delivery;
using Defender.Agent.Firmware.Tests.Gateway;
using Defender.Hardware.Lights;
using Xunit;

namespace Defender.Agent.Firmware.Tests.Delivery;

public sealed class ReportingTests : IDisposable
{
    private readonly FakeGateway _gateway = new();
    private readonly TestDevice _device;

    public ReportingTests()
    {
        _device = new TestDevice(_gateway.Port);
        _device.Boot();
    }

    public void Dispose()
    {
        _device.Dispose();
        _gateway.Dispose();
    }

    [Fact]
    public async Task The_first_report_goes_out_at_once_with_sockets_and_health()
    {
        _device.Host.Ledger.Enter(SocketKind.TcpListener, 2323, "");

        await AcceptedAsync(1);

        Assert.Equal("pump-17", _gateway.LastClientId);
        JsonElement report = JsonDocument.Parse(Assert.Single(_gateway.Reports)).RootElement;
        JsonElement metrics = report.GetProperty("metrics");
        Assert.Equal(ManualClock.BootUtcMs / 1000, report.GetProperty("header").GetProperty("report_id").GetInt64());
        Assert.Equal([2323], metrics.GetProperty("listening_tcp_ports").GetProperty("ports").EnumerateArray().Select(row => row.GetProperty("port").GetInt32()));
        Assert.Equal(LightState.Armed, _device.Host.Agent.State);
        string[] expected =
        [
            HealthMetrics.Uptime, HealthMetrics.BootCount, HealthMetrics.Reconnects, HealthMetrics.RejectedReports, HealthMetrics.DroppedReports,
            HealthMetrics.RefusedSockets, HealthMetrics.FreeHeap, HealthMetrics.LargestFreeBlock, AgentHealth.TamperOpen, AgentHealth.TamperOpenings,
            AgentHealth.ConfigurationErrors, AgentHealth.Faults, AgentHealth.UnansweredReports, AgentHealth.BoardErrors, "contact-open",
        ];
        Assert.Empty(expected.Except(report.GetProperty("custom_metrics").EnumerateObject().Select(member => member.Name)));
    }

    [Fact]
    public async Task The_connection_to_the_gateway_is_in_the_report_that_is_made_over_it()
    {
        await AcceptedAsync(1);
        _device.Clock.Advance(300_000);
        await AcceptedAsync(2);

        JsonElement connections = JsonDocument.Parse(_gateway.Reports[1]).RootElement
            .GetProperty("metrics").GetProperty("tcp_connections").GetProperty("established_connections");
        Assert.Equal(1, connections.GetProperty("total").GetInt32());
        Assert.Equal($"127.0.0.1:{_gateway.Port}", connections.GetProperty("connections")[0].GetProperty("remote_addr").GetString());
    }

    [Fact]
    public async Task Payload_bytes_are_counted_and_packets_are_not_invented()
    {
        await AcceptedAsync(1);
        _device.Clock.Advance(300_000);
        await AcceptedAsync(2);

        JsonElement stats = JsonDocument.Parse(_gateway.Reports[1]).RootElement.GetProperty("metrics").GetProperty("network_stats");
        Assert.Equal(_gateway.Reports[0].Length, stats.GetProperty("bytes_out").GetInt64());
        Assert.True(stats.GetProperty("bytes_in").GetInt64() > 50);
        Assert.False(stats.TryGetProperty("packets_in", out _));
    }

    [Fact]
    public async Task The_next_report_comes_after_the_interval_and_not_before()
    {
        await AcceptedAsync(1);

        _device.Clock.Advance(299_000);
        await _device.SettleAsync();
        Assert.Single(_gateway.Reports);

        _device.Clock.Advance(1_000);
        await AcceptedAsync(2);
        Assert.Equal(300, FakeGateway.IdOf(_gateway.Reports[1]) - FakeGateway.IdOf(_gateway.Reports[0]));
    }

    [Fact]
    public async Task One_report_is_in_flight_at_a_time()
    {
        _gateway.Answer = _ => null;
        await _device.StepUntilAsync(() => _gateway.Reports.Length == 1);
        _device.OpenCase();
        _device.TickFor(200);
        await _device.SettleAsync();

        Assert.Single(_gateway.Reports);
        Assert.Equal(1, _device.Host.Agent.Outbox.Waiting);

        _gateway.Answer = FakeGateway.Accept;
        _gateway.Publish("$aws/things/pump-17/defender/metrics/json/accepted", FakeGateway.Accept(FakeGateway.IdOf(_gateway.Reports[0]))!.Value.Document);
        await AcceptedAsync(2);
        Assert.Equal(2, _gateway.Reports.Length);
    }

    [Fact]
    public async Task A_rejected_report_is_not_sent_again_and_the_next_one_says_so()
    {
        _gateway.Answer = id => FakeGateway.Reject(id, "InvalidPayload");
        await _device.StepUntilAsync(() => _device.Host.Agent.Outbox.Rejected == 1);
        _gateway.Answer = FakeGateway.Accept;
        await _device.SettleAsync();
        Assert.Single(_gateway.Reports);

        _device.Clock.Advance(300_000);
        await AcceptedAsync(1);

        Assert.Equal(1, FakeGateway.MetricOf(_gateway.Reports[1], HealthMetrics.RejectedReports));
    }

    [Fact]
    public async Task A_throttled_report_comes_again_byte_for_byte_when_its_time_has_come()
    {
        bool throttles = true;
        _gateway.Answer = id => throttles ? FakeGateway.Reject(id, "Throttled") : FakeGateway.Accept(id);
        await _device.StepUntilAsync(() => _gateway.Reports.Length == 1);
        await _device.SettleAsync();
        throttles = false;
        _device.Clock.Advance(299_000);
        await _device.SettleAsync();
        Assert.Single(_gateway.Reports);

        _device.Clock.Advance(1_000);
        await AcceptedAsync(1);

        Assert.Equal(_gateway.Reports[0], _gateway.Reports[1]);
    }

    [Fact]
    public async Task A_broker_that_acknowledges_and_never_answers_has_the_report()
    {
        _gateway.Answer = _ => null;
        await _device.StepUntilAsync(() => _gateway.Reports.Length == 1);
        await _device.SettleAsync();
        Assert.NotEqual(0, _device.Host.Agent.Outbox.InFlight);

        _device.Clock.Advance(30_000);
        await _device.StepUntilAsync(() => _device.Host.Agent.Outbox.InFlight == 0);
        _device.Clock.Advance(270_000);
        await _device.StepUntilAsync(() => _gateway.Reports.Length == 2);

        Assert.Equal(1, FakeGateway.MetricOf(_gateway.Reports[1], AgentHealth.UnansweredReports));
        Assert.Equal(1, _gateway.Connects);
    }

    [Fact]
    public async Task A_report_that_is_never_acknowledged_goes_again_over_a_new_connection()
    {
        _gateway.Acknowledges = false;
        await _device.StepUntilAsync(() => _gateway.Reports.Length == 1);
        _device.Clock.Advance(30_000);
        await _device.StepUntilAsync(() => _device.Host.Agent.State == LightState.Offline);
        _gateway.Acknowledges = true;
        _device.Clock.Advance(2_000);
        await AcceptedAsync(1);

        Assert.Equal(2, _gateway.Connects);
        Assert.Equal(_gateway.Reports[0], _gateway.Reports[1]);
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("")]
    [InlineData("{\"status\":\"ACCEPTED\",\"reportId\":1}")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[")]
    public async Task An_answer_that_is_none_for_this_report_changes_nothing(string document)
    {
        _gateway.Answer = _ => ("accepted", document);
        await _device.StepUntilAsync(() => _gateway.Reports.Length == 1);
        await _device.SettleAsync();

        Assert.NotEqual(0, _device.Host.Agent.Outbox.InFlight);
        Assert.Equal(0, _device.Host.Agent.Outbox.Accepted);
        Assert.Equal(LightState.Armed, _device.Host.Agent.State);
    }

    private Task AcceptedAsync(int reports) => _device.StepUntilAsync(() => _device.Host.Agent.Outbox.Accepted == reports);
}
