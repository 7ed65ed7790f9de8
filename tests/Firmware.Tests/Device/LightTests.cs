using System;
using System.Threading.Tasks;
using Defender.Agent.Firmware.Tests.Gateway;
using Defender.Hardware.Lights;
using Xunit;

namespace Defender.Agent.Firmware.Tests.Device;

public sealed class LightTests : IDisposable
{
    private const string StatusTopic = "defender/things/pump-17/status";

    private readonly FakeGateway _gateway = new();
    private readonly TestDevice _device;

    public LightTests()
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
    public async Task The_light_is_steady_while_the_gateway_hears_the_device()
    {
        await ArmedAsync();

        Assert.Equal(0, Changes(forMs: 5_000));
        Assert.True(_device.IsLit);
    }

    [Fact]
    public async Task The_light_blinks_slowly_while_offline()
    {
        await ArmedAsync();
        _gateway.Drop();
        await _device.StepUntilAsync(() => _device.Host.Agent.State == LightState.Offline);

        // A change a second.
        Assert.InRange(Changes(forMs: 10_000), 9, 11);
    }

    [Fact]
    public async Task The_light_blinks_fast_while_the_thing_is_in_alarm_and_not_longer()
    {
        await ArmedAsync();
        _gateway.Publish(StatusTopic, """{"thingName":"pump-17","status":"in-alarm","activeViolations":2}""");
        await _device.StepUntilAsync(() => _device.Host.Agent.State == LightState.Alarm);
        Assert.InRange(Changes(forMs: 10_000), 39, 41);
        Assert.Contains("state: in alarm", _device.Host.Describe(), StringComparison.Ordinal);

        _gateway.Publish(StatusTopic, """{"thingName":"pump-17","status":"ok","activeViolations":0}""");
        await _device.StepUntilAsync(() => _device.Host.Agent.State == LightState.Armed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("in-alarm")]
    [InlineData("{}")]
    [InlineData("{\"status\":\"ALARM\"}")]
    [InlineData("{\"status\":1}")]
    [InlineData("[\"in-alarm\"]")]
    public async Task What_says_neither_changes_nothing(string message)
    {
        await ArmedAsync();
        _gateway.Publish(StatusTopic, message);
        await _device.SettleAsync();

        Assert.Equal(LightState.Armed, _device.Host.Agent.State);
    }

    [Fact]
    public async Task A_flood_of_long_messages_is_dropped_and_the_device_goes_on()
    {
        await _device.StepUntilAsync(() => _device.Host.Agent.Outbox.Accepted == 1);
        for (int i = 0; i < 50; i++)
            _gateway.Publish(StatusTopic, new string('x', 3000));
        _device.Clock.Advance(300_000);

        await _device.StepUntilAsync(() => _device.Host.Agent.Outbox.Accepted == 2);
    }

    [Fact]
    public async Task An_alarm_of_before_an_outage_is_not_shown_until_the_gateway_says_so_again()
    {
        await ArmedAsync();
        _gateway.Publish(StatusTopic, """{"status":"in-alarm"}""");
        await _device.StepUntilAsync(() => _device.Host.Agent.State == LightState.Alarm);
        _gateway.Drop();
        await _device.StepUntilAsync(() => _device.Host.Agent.State == LightState.Offline);
        _device.Clock.Advance(2_000);

        await ArmedAsync();
    }

    [Fact]
    public void A_light_that_cannot_be_opened_costs_the_light_and_is_reported()
    {
        _device.Host.Panel.Stop();
        var panel = new Defender.Agent.Firmware.Device.BoardPanel(_device.Pins, _device.Host.Options.Board, _device.Clock);

        Assert.Null(panel.Light);
        Assert.Null(panel.Tamper);
        Assert.Equal(3, panel.PinErrors);
        Assert.False(panel.Tick());
    }

    private Task ArmedAsync() => _device.StepUntilAsync(() => _device.Host.Agent.State == LightState.Armed);

    private int Changes(int forMs)
    {
        int changes = 0;
        bool wasLit = _device.IsLit;
        for (int ms = 0; ms < forMs; ms += 50)
        {
            _device.TickFor(50);
            if (_device.IsLit != wasLit)
                changes++;
            wasLit = _device.IsLit;
        }

        return changes;
    }
}
