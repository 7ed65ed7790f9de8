using System;
using Defender.Agent.Linux.Delivery;
using Xunit;

namespace Defender.Agent.Linux.Tests.Delivery;

public sealed class EndpointTests
{
    [Theory]
    [InlineData("mqtt://127.0.0.1", "127.0.0.1", 1883, "mqtt://127.0.0.1:1883")]
    [InlineData("mqtt://127.0.0.1:1884", "127.0.0.1", 1884, "mqtt://127.0.0.1:1884")]
    [InlineData("MQTT://Gateway.local/", "gateway.local", 1883, "mqtt://gateway.local:1883")]
    [InlineData("mqtt://[::1]:1", "::1", 1, "mqtt://[::1]:1")]
    [InlineData("mqtt://[2001:db8::1]", "2001:db8::1", 1883, "mqtt://[2001:db8::1]:1883")]
    [InlineData("mqtt://[2001:0DB8:0::1]:65535/", "2001:db8::1", 65535, "mqtt://[2001:db8::1]:65535")]
    [InlineData("mqtt://my_host-1.local.", "my_host-1.local.", 1883, "mqtt://my_host-1.local.:1883")]
    [InlineData("mqtts://Gateway", "gateway", 8883, "mqtts://gateway:8883")]
    [InlineData("mqtts://a1-ats.iot.eu-west-1.amazonaws.com:443", "a1-ats.iot.eu-west-1.amazonaws.com", 443, "mqtts://a1-ats.iot.eu-west-1.amazonaws.com:443")]
    public void Reads_host_and_port(string text, string host, int port, string shown)
    {
        Assert.True(Endpoint.TryParse(text, out Endpoint endpoint, out _));

        Assert.Equal(new Endpoint(host, port, shown.StartsWith("mqtts:", StringComparison.Ordinal)), endpoint);
        Assert.Equal(shown, endpoint.ToString());
    }

    [Theory]
    [InlineData("wss://host", "endpoint scheme 'wss' is not supported, only mqtt (plain MQTT over TCP) and mqtts (over TLS)")]
    [InlineData("https://host", "endpoint scheme 'https' is not supported, only mqtt (plain MQTT over TCP) and mqtts (over TLS)")]
    [InlineData("127.0.0.1:1883", "'127.0.0.1:1883' is no endpoint; write mqtt://HOST[:PORT] or mqtts://HOST[:PORT]")]
    [InlineData("", "'' is no endpoint; write mqtt://HOST[:PORT] or mqtts://HOST[:PORT]")]
    public void Says_what_to_write_instead(string text, string expected)
    {
        Assert.False(Endpoint.TryParse(text, out _, out string? error));

        Assert.Equal(expected, error);
    }

    [Theory]
    [InlineData("mqtt://")]
    [InlineData("mqtt://host:0")]
    [InlineData("mqtt://host:65536")]
    [InlineData("mqtt://host:x")]
    [InlineData("mqtt://host:")]
    [InlineData("mqtt://host:-1")]
    [InlineData("mqtt://host:+1")]
    [InlineData("mqtt://host: 1")]
    [InlineData("mqtt://host:1:2")]
    [InlineData("mqtt://host:000001")]
    [InlineData("mqtt://:1883")]
    [InlineData("mqtt:///")]
    [InlineData("mqtt://host//")]
    [InlineData("mqtt://ho st")]
    [InlineData("mqtt://ho\0st")]
    [InlineData("mqtt://h\u00f6st")]
    [InlineData("mqtt://h%20st")]
    [InlineData("mqtt://host\\x")]
    [InlineData("mqtt://[::1")]
    [InlineData("mqtt://[]")]
    [InlineData("mqtt://[127.0.0.1]")]
    [InlineData("mqtt://[::1]1883")]
    [InlineData("mqtt://[::g]")]
    [InlineData("mqtt://::1")]
    [InlineData("mqtt://user:secret@host")]
    [InlineData("mqtt://host/path")]
    [InlineData("mqtt://host?query")]
    [InlineData("mqtt://host#fragment")]
    public void Refuses_everything_but_host_and_port(string text) => Assert.False(Endpoint.TryParse(text, out _, out _));

    [Theory]
    [InlineData("mqtt://user:secret@host", "mqtt://***@host")]
    [InlineData("mqtts://user:p@ss/secret@host:8883/", "mqtts://***@host:8883/")]
    [InlineData("https://user:secret@host", "https://***@host")]
    [InlineData("user:secret@host", "***@host")]
    [InlineData("gateway.local", "gateway.local")]
    public void What_stands_before_an_at_sign_is_shown_to_nobody(string text, string shown)
    {
        Assert.Equal(shown, Endpoint.WithoutCredentials(text));

        _ = Endpoint.TryParse(text, out _, out string? error);
        Assert.DoesNotContain("secret", error ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_in_an_endpoint_is_told_where_it_belongs()
    {
        Assert.False(Endpoint.TryParse("mqtts://user:secret@host", out _, out string? error));

        Assert.Equal("'mqtts://***@host' is no endpoint: a user name and a password stand in mqtt.user-name and mqtt.password", error);
    }

    [Theory]
    [InlineData("mqtts://host:443", "x-amzn-mqtt-ca")]
    [InlineData("mqtts://host", null)]
    [InlineData("mqtt://host:443", null)]
    public void Asks_for_MQTT_by_ALPN_only_on_the_port_that_is_shared_with_HTTPS(string text, string? alpn)
    {
        Assert.True(Endpoint.TryParse(text, out Endpoint endpoint, out _));

        Assert.Equal(alpn, endpoint.Alpn);
    }
}
