using System.Text;
using Defender.Evaluator.Reports;
using Xunit;

namespace Defender.Evaluator.Tests.Reports;

/// <summary>R14.</summary>
public sealed class RemoteAddressTests
{
    [Theory]
    [InlineData("192.0.2.10:8883", "192.0.2.10", 8883)]
    [InlineData("0.0.0.0:1", "0.0.0.0", 1)]
    [InlineData("255.255.255.255:65535", "255.255.255.255", 65535)]
    [InlineData("[2001:db8::1]:443", "2001:db8::1", 443)]
    [InlineData("[::]:1", "::", 1)]
    [InlineData("[::ffff:192.0.2.10]:1", "192.0.2.10", 1)]
    [InlineData("::ffff:192.0.2.10:1", "192.0.2.10", 1)]
    [InlineData("2001:db8::1:443", "2001:db8::1", 443)]
    [InlineData("1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8", 9)]
    [InlineData(":::9", "::", 9)]
    [InlineData("[fe80::1%eth0]:1883", "fe80::1", 1883)]
    [InlineData("fe80::1%3:1883", "fe80::1", 1883)]
    [InlineData("[fe80::1%br-lan.7]:1883", "fe80::1", 1883)]
    public void Takes_address_and_port(string text, string address, int port)
    {
        Assert.True(RemoteAddress.TryParse(Encoding.UTF8.GetBytes(text), out RemoteAddress remote));

        Assert.Equal((address, (ushort)port), (remote.Address.ToString(), remote.Port));
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData(":80")]
    [InlineData("192.0.2.10")]
    [InlineData("192.0.2.10:")]
    [InlineData("192.0.2.10:0")]
    [InlineData("192.0.2.10:65536")]
    [InlineData("192.0.2.10:99999999999")]
    [InlineData("192.0.2.10:080")]
    [InlineData("192.0.2.10:+80")]
    [InlineData("192.0.2.10:80 ")]
    [InlineData("192.0.2.10 :80")]
    [InlineData("192.0.2.010:80")]
    [InlineData("192.0.2.10%eth0:80")]
    [InlineData("[192.0.2.10]:80")]
    [InlineData("[2001:db8::1]")]
    [InlineData("[2001:db8::1]80")]
    [InlineData("[2001:db8::1:80")]
    [InlineData("2001:db8::1]:80")]
    [InlineData("[[2001:db8::1]]:80")]
    [InlineData("[]:80")]
    [InlineData("[fe80::1%]:80")]
    [InlineData("fe80::1%:80")]
    [InlineData("[fe80::1%a b]:80")]
    [InlineData("[fe80::1%a%b]:80")]
    [InlineData("[fe80::1%a]b]:80")]
    [InlineData("[2001:db8::1/64]:80")]
    [InlineData("2001:db8::")]
    [InlineData("1:2:3:4:5:6:7:80")]
    [InlineData("localhost:80")]
    [InlineData("*:*")]
    [InlineData("192.0.2.10:٨٠")]
    public void Refuses_other_texts(string text) => Assert.False(RemoteAddress.TryParse(Encoding.UTF8.GetBytes(text), out _));
}
