using System;
using System.Threading.Tasks;
using Defender.Gateway.Mqtt;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt;
using Defender.Mqtt.Packets;
using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests.Mqtt;

/// <summary>When the will of an MQTT 5 client is published (MQTT5-3.1.3.2.2, 3.14.2.1).</summary>
public sealed class WillDelayTests : IAsyncLifetime
{
    private readonly ManualTime _clock = new();
    private TestGateway _gateway = null!;
    private PacketPeer _listener = null!;

    public async Task InitializeAsync()
    {
        _gateway = await TestGateway.StartAsync(clock: _clock);
        _listener = await PacketPeer.ConnectAsync(_gateway, "listener", MqttVersion.V311);
        await _listener.SubscribeAsync("will/#", new SubscriptionOptions(MqttQoS.AtLeastOnce));
    }

    public async Task DisposeAsync()
    {
        _listener.Dispose();
        await _gateway.DisposeAsync();
    }

    [Fact]
    public async Task It_waits_for_the_delay()
    {
        await DieAsync(delay: 30, expiry: 100);

        _clock.Advance(TimeSpan.FromSeconds(29));
        await _listener.NothingCameAsync();
        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal("gone", (await _listener.ReadPublishAsync()).Text);
        _clock.Advance(TimeSpan.FromSeconds(100));
        await _listener.NothingCameAsync();
        Assert.Equal(0, Endpoint.Absent);
    }

    [Fact]
    public async Task It_is_void_when_the_client_is_back_in_time()
    {
        await DieAsync(delay: 30, expiry: 100);
        _clock.Advance(TimeSpan.FromSeconds(29));

        using PacketPeer back = await PacketPeer.ConnectAsync(_gateway, "dying", cleanStart: false, properties: Expiry(100));
        Assert.True(back.ConnAck.IsSessionPresent);
        _clock.Advance(TimeSpan.FromSeconds(200));

        await _listener.NothingCameAsync();
    }

    [Fact]
    public async Task It_is_published_at_once_when_the_client_starts_anew()
    {
        await DieAsync(delay: 30, expiry: 100);

        using PacketPeer anew = await PacketPeer.ConnectAsync(_gateway, "dying");

        Assert.Equal("gone", (await _listener.ReadPublishAsync()).Text);
    }

    [Theory]
    [InlineData(10u)]
    [InlineData(0u)]
    public async Task It_is_published_when_the_session_ends_before(uint expiry)
    {
        await DieAsync(delay: 30, expiry: expiry);

        _clock.Advance(TimeSpan.FromSeconds(expiry + 1));

        Assert.Equal("gone", (await _listener.ReadPublishAsync()).Text);
        Assert.Equal(0, Endpoint.Absent);
    }

    [Fact]
    public async Task A_delayed_one_is_void_in_a_takeover_that_goes_on_with_the_session()
    {
        using PacketPeer first = await ConnectAsync(delay: 30, expiry: 100);
        using PacketPeer second = await PacketPeer.ConnectAsync(_gateway, "dying", cleanStart: false, properties: Expiry(100));
        Assert.Equal(MqttReasonCode.SessionTakenOver, await first.ReadFarewellAsync());
        _clock.Advance(TimeSpan.FromSeconds(31));
        await _listener.NothingCameAsync();
        await second.NothingCameAsync();
    }

    [Fact]
    public async Task Its_expiry_counts_from_its_publication()
    {
        await _listener.DisconnectAsync();
        using PacketPeer listener = await PacketPeer.ConnectAsync(_gateway, "new listener");
        await listener.SubscribeAsync("will/#", new SubscriptionOptions(MqttQoS.AtMostOnce));
        await DieAsync(delay: 30, expiry: 100, messageExpiry: 10);

        _clock.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(10u, (await listener.ReadPublishAsync()).Number(MqttPropertyId.MessageExpiryInterval));
    }

    [Theory]
    [InlineData(MqttReasonCode.Success, false)]
    [InlineData(MqttReasonCode.DisconnectWithWillMessage, true)]
    public async Task DISCONNECT_says_whether_it_is_wanted(MqttReasonCode code, bool isPublished)
    {
        using PacketPeer leaving = await ConnectAsync(delay: 0, expiry: 0);
        await leaving.SendAsync(output => MqttWriter.WriteDisconnect(output, code));
        await leaving.ReadToCloseAsync();

        if (isPublished)
            Assert.Equal("gone", (await _listener.ReadPublishAsync()).Text);
        await _listener.NothingCameAsync();
    }

    private MqttEndpoint Endpoint => _gateway.Host.Find<MqttEndpoint>();

    private Task<PacketPeer> ConnectAsync(uint delay, uint expiry, uint? messageExpiry = null) => PacketPeer.ConnectAsync(
        _gateway,
        "dying",
        properties: Expiry(expiry),
        will: ("will/dying", "gone"),
        willProperties: (ref MqttPropertyWriter own) =>
        {
            own.Add(MqttPropertyId.WillDelayInterval, delay);
            if (messageExpiry is { } seconds)
                own.Add(MqttPropertyId.MessageExpiryInterval, seconds);
        });

    private async Task DieAsync(uint delay, uint expiry, uint? messageExpiry = null)
    {
        using (await ConnectAsync(delay, expiry, messageExpiry))
        {
            // Lost with the socket.
        }

        await Eventually.TrueAsync(() => Endpoint.Find("dying") is null, "the gateway has noticed");
    }

    private static PacketPeer.Properties Expiry(uint seconds) => (ref MqttPropertyWriter own) => own.Add(MqttPropertyId.SessionExpiryInterval, seconds);
}
