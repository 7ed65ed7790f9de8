using System;
using System.Threading.Tasks;
using Defender.Agent.Firmware.Tests.Gateway;
using Defender.Hardware.Virtual.Nano;
using Xunit;

namespace Defender.Agent.Firmware.Tests.Device;

public sealed class DateTests : IDisposable
{
    private readonly FakeGateway _gateway = new();
    private readonly TestDevice _device;

    public DateTests() => _device = new TestDevice(_gateway.Port);

    public void Dispose()
    {
        _device.Dispose();
        _gateway.Dispose();
    }

    [Fact]
    public void Before_the_date_is_known_there_is_no_TLS_and_no_report()
    {
        VirtualDevice.HasTimeServer = false;
        _device.Configure(_gateway.Port, ("endpoint", $"mqtts://127.0.0.1:{_gateway.Port}"));
        _device.Boot();
        _device.Live(milliseconds: 600_000);

        Assert.Contains("the date is not known", _device.Host.Agent.Problem, StringComparison.Ordinal);
        Assert.Equal(0, _device.Host.Agent.Outbox.Waiting);
        Assert.Equal(0, _gateway.Connects);
    }

    [Fact]
    public void The_first_report_is_made_as_soon_as_it_is_known()
    {
        VirtualDevice.HasTimeServer = false;
        _device.Configure(_gateway.Port, ("endpoint", $"mqtts://127.0.0.1:{_gateway.Port}"));
        _device.Boot();

        // Nobody listens: what counts is the report.
        _gateway.Dispose();
        _device.Live(milliseconds: 100_000);
        VirtualDevice.HasTimeServer = true;

        // The agent asks with each attempt.
        _device.Live(milliseconds: 121_000);

        Assert.Equal(1, _device.Host.Agent.Outbox.Waiting);
        Assert.DoesNotContain("date", _device.Host.Agent.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_plain_MQTT_a_network_without_a_time_server_is_served_with_ids_that_count()
    {
        VirtualDevice.HasTimeServer = false;
        _device.Boot();
        await _device.StepUntilAsync(() => _device.Host.Agent.Outbox.Accepted == 1);
        _device.Clock.Advance(300_000);
        await _device.StepUntilAsync(() => _device.Host.Agent.Outbox.Accepted == 2);

        Assert.Equal([1, 2], Array.ConvertAll(_gateway.Reports, FakeGateway.IdOf));
    }

    [Fact]
    public async Task A_time_server_of_the_configuration_is_asked()
    {
        VirtualDevice.HasTimeServer = false;
        _device.Configure(_gateway.Port, ("timeServer", "ntp.example"));
        _device.Boot();
        nanoFramework.Networking.Sntp.IsStarted = false;
        await _device.StepUntilAsync(() => _device.Host.Agent.Outbox.Accepted == 1);

        Assert.Equal("ntp.example", nanoFramework.Networking.Sntp.Server1);
        Assert.True(nanoFramework.Networking.Sntp.IsStarted);
    }
}
