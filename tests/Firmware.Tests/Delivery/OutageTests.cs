using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Threading.Tasks;
using Defender.Agent.Core.Health;
using Defender.Agent.Firmware.Delivery;
using Defender.Agent.Firmware.Tests.Gateway;
using Defender.Hardware.Lights;
using Defender.Hardware.Virtual.Nano;
using Defender.Mqtt.Packets;
using Xunit;

namespace Defender.Agent.Firmware.Tests.Delivery;

public sealed class OutageTests : IDisposable
{
    private readonly FakeGateway _gateway = new();
    private readonly TestDevice _device;

    public OutageTests() => _device = new TestDevice(_gateway.Port);

    public void Dispose()
    {
        _device.Dispose();
        _gateway.Dispose();
    }

    [Fact]
    public async Task Reports_wait_while_the_gateway_is_away_and_go_out_oldest_first()
    {
        VirtualDevice.IsNetworkUp = false;
        VirtualDevice.HasAdapter = false;
        _device.Boot();
        _device.Host.Agent.Step();
        _device.Live(milliseconds: 900_000);
        Assert.Equal(4, _device.Host.Agent.Outbox.Waiting);
        Assert.Equal(LightState.Offline, _device.Host.Agent.State);

        NetworkBack();
        await _device.StepUntilAsync(() => _device.Host.Agent.Outbox.Accepted >= 4);

        Assert.Equal([0, 300, 600, 900], _gateway.Reports.Take(4).Select(report => FakeGateway.IdOf(report) - (ManualClock.BootUtcMs / 1000)));
    }

    [Fact]
    public async Task A_long_outage_costs_the_oldest_reports_and_the_next_ones_say_how_many()
    {
        VirtualDevice.HasAdapter = false;
        _device.Boot();
        _device.Host.Agent.Step();
        _device.Live(milliseconds: 24 * 3_600_000, stepMs: 60_000);
        int waiting = _device.Host.Agent.Outbox.Waiting;
        Assert.InRange(waiting, 6, 12);

        NetworkBack();
        await _device.StepUntilAsync(() => _device.Host.Agent.Outbox.Accepted >= waiting);
        _device.Clock.Advance(300_000);
        await _device.StepUntilAsync(() => _device.Host.Agent.Outbox.Accepted >= waiting + 1);

        // One at the start and one for each interval of the day.
        Assert.Equal(289 - waiting, FakeGateway.MetricOf(_gateway.Reports[waiting], HealthMetrics.DroppedReports));
    }

    [Fact]
    public async Task Each_attempt_is_a_new_client_that_resolves_the_name_again()
    {
        List<string> asked = [];
        VirtualDevice.Resolve = host =>
        {
            asked.Add(host);
            // Nobody listens at the first address.
            return IPAddress.Parse(asked.Count == 1 ? "127.0.0.2" : "127.0.0.1");
        };
        _device.Configure(_gateway.Port, ("endpoint", $"mqtt://localhost:{_gateway.Port}"));
        _device.Boot();
        _device.Host.Agent.Step();
        Assert.NotEqual("", _device.Host.Agent.Problem);

        _device.Clock.Advance(2_000);
        await _device.StepUntilAsync(() => _device.Host.Agent.Outbox.Accepted == 1);

        Assert.Equal(["localhost", "localhost"], asked);
        Assert.Equal("", _device.Host.Agent.Problem);
    }

    [Fact]
    public void Attempts_become_rarer_and_none_is_longer_than_two_minutes_away()
    {
        _gateway.Dispose();
        _device.Boot();
        List<long> attempts = [];
        VirtualDevice.Resolve = _ =>
        {
            attempts.Add(_device.Clock.UptimeMilliseconds);
            return IPAddress.Loopback;
        };

        _device.Live(milliseconds: 1_800_000, stepMs: 500);

        long[] waits = [.. attempts.Zip(attempts.Skip(1), (a, b) => b - a)];
        Assert.InRange(waits[0], 1_000, 2_500);
        Assert.All(waits, wait => Assert.InRange(wait, 1_000, 120_500));
        Assert.True(waits[^1] >= 60_000, "the wait did not grow");
        Assert.Equal(waits.Take(6), waits.Take(6).Order());
    }

    [Fact]
    public async Task A_connection_that_ends_shows_as_offline_and_comes_back()
    {
        _device.Boot();
        await _device.StepUntilAsync(() => _device.Host.Agent.Outbox.Accepted == 1);

        _gateway.Drop();
        await _device.StepUntilAsync(() => _device.Host.Agent.State == LightState.Offline);
        Assert.Contains("closed the connection", _device.Host.Agent.Problem, StringComparison.Ordinal);
        Assert.Equal(0, _device.Host.Ledger.Open);

        _device.Clock.Advance(300_000);
        await _device.StepUntilAsync(() => _device.Host.Agent.Outbox.Accepted == 2);

        _device.Clock.Advance(300_000);
        await _device.StepUntilAsync(() => _device.Host.Agent.Outbox.Accepted == 3);
        Assert.Equal(1, FakeGateway.MetricOf(_gateway.Reports[2], HealthMetrics.Reconnects));
    }

    [Fact]
    public async Task A_report_that_was_on_its_way_is_sent_again_byte_for_byte()
    {
        _gateway.Acknowledges = false;
        _device.Boot();
        await _device.StepUntilAsync(() => _gateway.Reports.Length == 1);
        _gateway.Drop();
        await _device.StepUntilAsync(() => _device.Host.Agent.State == LightState.Offline);
        _gateway.Acknowledges = true;
        _device.Clock.Advance(2_000);
        await _device.StepUntilAsync(() => _device.Host.Agent.Outbox.Accepted == 1);

        Assert.Equal(_gateway.Reports[0], _gateway.Reports[1]);
    }

    [Fact]
    public void A_refusal_is_told_by_its_code()
    {
        _gateway.ReturnCode = ConnectReturnCode.NotAuthorized;
        _device.Boot();
        _device.Host.Agent.Step();

        Assert.Contains("CONNACK 5", _device.Host.Agent.Problem, StringComparison.Ordinal);
        Assert.Contains("CONNACK 5", _device.Host.Describe(), StringComparison.Ordinal);
        Assert.Equal(LightState.Offline, _device.Host.Agent.State);
        Assert.Equal(0, _device.Host.Ledger.Open);
    }

    [Fact]
    public async Task Without_the_right_to_its_answers_it_does_not_report()
    {
        _gateway.Grant = filter => filter.Contains("defender/metrics", StringComparison.Ordinal) ? (byte)0x80 : (byte)1;
        _device.Boot();
        await _device.StepUntilAsync(() => _device.Host.Agent.Problem.Contains("denies the subscription", StringComparison.Ordinal));

        Assert.Empty(_gateway.Reports);
        Assert.Equal(1, _device.Host.Agent.Outbox.Waiting);
    }

    [Fact]
    public async Task Without_the_right_to_its_status_it_reports_all_the_same()
    {
        _gateway.Grant = filter => filter.StartsWith("defender/things/", StringComparison.Ordinal) ? (byte)0x80 : (byte)1;
        _device.Boot();

        await _device.StepUntilAsync(() => _device.Host.Agent.Outbox.Accepted == 1);
    }

    [Fact]
    public async Task Wi_Fi_that_comes_later_is_waited_for()
    {
        VirtualDevice.HasAdapter = false;
        _device.Boot();
        _device.Host.Agent.Step();
        Assert.StartsWith("no Wi-Fi", _device.Host.Agent.Problem, StringComparison.Ordinal);

        VirtualDevice.HasAdapter = true;
        _device.Clock.Advance(2_000);
        await _device.StepUntilAsync(() => _device.Host.Agent.Outbox.Accepted == 1);
    }

    [Fact]
    public async Task The_strength_of_the_own_network_is_reported_after_the_scan()
    {
        VirtualDevice.Networks = [("neighbour", -20), ("virtual", -71.4), ("virtual", -60.2)];
        _device.Boot();
        await _device.StepUntilAsync(() => _device.Host.Agent.Outbox.Accepted == 1);
        _device.Clock.Advance(300_000);
        await _device.StepUntilAsync(() => _device.Host.Agent.Outbox.Accepted == 2);

        Assert.Equal(-60, FakeGateway.MetricOf(_gateway.Reports[1], HealthMetrics.Rssi));
    }

    [Fact]
    public async Task A_fault_in_a_step_costs_a_second_and_is_counted()
    {
        _device.Boot();
        _device.Clock.IsBroken = true;
        Task running = Task.Run(_device.Host.Agent.Run);
        await Eventually(() => _device.Clock.Failures > 0);
        _device.Clock.IsBroken = false;
        _device.Host.Agent.ReportTamper();

        await Eventually(() => _device.Host.Agent.Outbox.Accepted >= 1);
        _device.Host.Stop();
        await running.WaitAsync(TestDevice.Deadline);

        Assert.True(FakeGateway.MetricOf(_gateway.Reports[0], AgentHealth.Faults) >= 1);
        Assert.Equal(0, _device.Host.Ledger.Open);
    }

    private static async Task Eventually(Func<bool> condition)
    {
        for (Stopwatch watch = Stopwatch.StartNew(); !condition(); await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System))
            Assert.True(watch.Elapsed < TestDevice.Deadline, "it did not come to that");
    }

    private void NetworkBack()
    {
        VirtualDevice.HasAdapter = true;
        VirtualDevice.IsNetworkUp = true;

        // The next attempt is at most two minutes away.
        _device.Clock.Advance(120_000);
    }
}
