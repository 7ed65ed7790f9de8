using System;
using System.Threading.Tasks;
using Defender.Mqtt.Client;
using Xunit;

namespace Defender.Mqtt.Tests.Client;

public sealed class MqttClientOptionsTests
{
    [Fact]
    public void The_defaults_are_those_of_the_documentation()
    {
        var options = new MqttClientOptions { Host = "h", ClientId = "c" };

        Assert.Equal((1883, false, true), (options.Port, options.UseTls, options.CleanSession));
        Assert.Equal(TimeSpan.FromSeconds(60), options.KeepAlive);
        Assert.Equal(TimeSpan.FromSeconds(10), options.ConnectTimeout);
        Assert.Equal(TimeSpan.FromSeconds(10), options.AckTimeout);
        Assert.Equal((197_072, 100), (options.MaxPacketSize, options.MaxInFlight));
        Assert.Same(TimeProvider.System, options.TimeProvider);
    }

    public static TheoryData<string, MqttClientOptions> Bad => new()
    {
        { "Host", new() { Host = "", ClientId = "c" } },
        { "Port", new() { Host = "h", ClientId = "c", Port = 0 } },
        { "Port", new() { Host = "h", ClientId = "c", Port = 65_536 } },
        { "ClientId", new() { Host = "h", ClientId = "", CleanSession = false } },
        { "ClientId", new() { Host = "h", ClientId = "a\0" } },
        { "ClientId", new() { Host = "h", ClientId = new string('a', 65_536) } },
        { "KeepAlive", new() { Host = "h", ClientId = "c", KeepAlive = TimeSpan.FromSeconds(-1) } },
        { "KeepAlive", new() { Host = "h", ClientId = "c", KeepAlive = TimeSpan.FromSeconds(65_536) } },
        { "KeepAlive", new() { Host = "h", ClientId = "c", KeepAlive = TimeSpan.FromSeconds(1.5) } },
        { "ConnectTimeout", new() { Host = "h", ClientId = "c", ConnectTimeout = TimeSpan.Zero } },
        { "AckTimeout", new() { Host = "h", ClientId = "c", AckTimeout = TimeSpan.Zero } },
        { "MaxPacketSize", new() { Host = "h", ClientId = "c", MaxPacketSize = 3 } },
        { "MaxInFlight", new() { Host = "h", ClientId = "c", MaxInFlight = 0 } },
        { "MaxInFlight", new() { Host = "h", ClientId = "c", MaxInFlight = 65_536 } },
        { "UserName", new() { Host = "h", ClientId = "c", UserName = "a\0" } },
        { "Password", new() { Host = "h", ClientId = "c", Password = new byte[1] } },
        { "Password.Length", new() { Host = "h", ClientId = "c", UserName = "u", Password = new byte[65_536] } },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task A_value_outside_of_its_range_is_named(string property, MqttClientOptions options)
    {
        ArgumentException exception = await Assert.ThrowsAnyAsync<ArgumentException>(() => MqttClient.ConnectAsync(options, default));

        Assert.Equal(property, exception.ParamName);
    }
}
