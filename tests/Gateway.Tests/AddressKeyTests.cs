using System.Net;
using Defender.Gateway.Mqtt;
using Defender.Gateway.Mqtt.Connections;
using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests;

/// <summary>Which addresses limits count as one.</summary>
public sealed class AddressKeyTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.2", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    public void IPv6_counts_by_64_bits_and_IPv4_by_all(string one, string other, bool areOne) =>
        Assert.Equal(areOne, AddressKey.Of(IPAddress.Parse(one)) == AddressKey.Of(IPAddress.Parse(other)));

    [Fact]
    public void A_host_with_many_addresses_connects_no_faster_and_no_more_often()
    {
        var clock = new ManualTime();
        var rated = new ConnectionAdmission(MqttLimits.Aws with { ConnectsPerSecondOfAddress = 3 }, clock);
        var counted = new ConnectionAdmission(MqttLimits.Aws with { MaxConnectionsOfAddress = 3 }, clock);
        for (int i = 0; i < 3; i++)
        {
            Assert.True(rated.TryEnter(Address(i), out _));
            Assert.True(counted.TryEnter(Address(i), out _));
        }

        Assert.False(rated.TryEnter(Address(9), out Ending? tooFast));
        Assert.Equal(ConnectionEnd.AddressConnectsTooFast, tooFast!.End);
        Assert.False(counted.TryEnter(Address(9), out Ending? tooMany));
        Assert.Equal(ConnectionEnd.TooManyOfAddress, tooMany!.End);
        Assert.True(counted.TryEnter(IPAddress.Parse("2001:db8:0:2::1"), out _));
        counted.Leave(Address(0));
        Assert.True(counted.TryEnter(Address(9), out _));

        static IPAddress Address(int host) => IPAddress.Parse($"2001:db8:0:1::{host + 1:x}");
    }
}
