using System;
using System.Threading.Tasks;
using Defender.Agent.Firmware.Delivery;
using Defender.Agent.Firmware.Tests.Gateway;
using Xunit;

namespace Defender.Agent.Firmware.Tests.Device;

public sealed class TamperTests : IDisposable
{
    private readonly FakeGateway _gateway = new();
    private readonly TestDevice _device;

    public TamperTests()
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
    public async Task Opening_the_case_is_reported_at_once()
    {
        await AcceptedAsync(1);
        _device.Clock.Advance(60_000);
        _device.OpenCase();
        _device.TickFor(200);

        await AcceptedAsync(2);

        Assert.Equal(0, FakeGateway.MetricOf(_gateway.Reports[0], AgentHealth.TamperOpen));
        Assert.Equal(1, FakeGateway.MetricOf(_gateway.Reports[1], AgentHealth.TamperOpen));
        Assert.Equal(1, FakeGateway.MetricOf(_gateway.Reports[1], AgentHealth.TamperOpenings));
    }

    [Fact]
    public async Task It_does_not_move_the_regular_reports()
    {
        await AcceptedAsync(1);
        _device.Clock.Advance(60_000);
        _device.OpenCase();
        _device.TickFor(200);
        await AcceptedAsync(2);

        _device.Clock.Advance(300_000 - 60_000 - 200 - 1);
        await _device.SettleAsync();
        Assert.Equal(2, _gateway.Reports.Length);

        _device.Clock.Advance(1);
        await AcceptedAsync(3);
    }

    [Fact]
    public async Task A_loose_switch_is_no_flood_and_its_last_state_is_reported()
    {
        await AcceptedAsync(1);
        for (int i = 0; i < 20; i++)
        {
            _device.OpenCase();
            _device.TickFor(200);
            _device.Host.Agent.Step();
            _device.ShutCase();
            _device.TickFor(200);
            _device.Host.Agent.Step();
        }

        // 8 s at a report in 5 s.
        _device.TickFor(5_000);
        await _device.StepUntilAsync(() => _device.Host.Agent.Outbox.Waiting == 0 && _device.Host.Agent.Outbox.InFlight == 0);
        Assert.InRange(_gateway.Reports.Length, 3, 4);
        Assert.Equal(0, FakeGateway.MetricOf(_gateway.Reports[^1], AgentHealth.TamperOpen));
        Assert.Equal(20, FakeGateway.MetricOf(_gateway.Reports[^1], AgentHealth.TamperOpenings));
    }

    [Fact]
    public async Task Opened_while_offline_it_waits_with_the_reports()
    {
        await AcceptedAsync(1);
        _gateway.Acknowledges = false;
        _gateway.Drop();
        await _device.StepUntilAsync(() => _device.Host.Agent.State == Hardware.Lights.LightState.Offline);
        _device.OpenCase();
        _device.TickFor(200);
        _device.Host.Agent.Step();
        Assert.Equal(1, _device.Host.Agent.Outbox.Waiting);

        _gateway.Acknowledges = true;
        _device.Clock.Advance(2_000);
        await AcceptedAsync(2);
        Assert.Equal(1, FakeGateway.MetricOf(_gateway.Reports[1], AgentHealth.TamperOpen));
    }

    private Task AcceptedAsync(int reports) => _device.StepUntilAsync(() => _device.Host.Agent.Outbox.Accepted == reports);
}
