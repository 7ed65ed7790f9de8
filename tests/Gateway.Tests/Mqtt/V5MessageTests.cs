using System;
using System.Threading.Tasks;
using Defender.Gateway.Mqtt;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt;
using Defender.Mqtt.Packets;
using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests.Mqtt;

/// <summary>What MQTT 5 adds to messages: properties, expiry, aliases, and what a client says it can take.</summary>
public sealed class V5MessageTests
{
    private static readonly SubscriptionOptions AtLeastOnce = new(MqttQoS.AtLeastOnce);

    private readonly ManualTime _clock = new();

    [Fact]
    public async Task What_belongs_to_the_message_is_forwarded_in_order_and_what_belongs_to_the_connection_is_not()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using PacketPeer publisher = await PacketPeer.ConnectAsync(gateway, "publisher"), subscriber = await PacketPeer.ConnectAsync(gateway, "subscriber");
        using PacketPeer old = await PacketPeer.ConnectAsync(gateway, "old", MqttVersion.V311);
        await subscriber.SubscribeAsync("a/b", AtLeastOnce);
        await old.SubscribeAsync("a/b", AtLeastOnce);

        await publisher.PublishAckedAsync("a/b", "hello", properties: (ref MqttPropertyWriter own) =>
        {
            own.AddUserProperty("k"u8, "1"u8);
            own.Add(MqttPropertyId.ContentType, "text/plain"u8);
            own.Add(MqttPropertyId.TopicAlias, 3);
            own.AddUserProperty("j"u8, "2"u8);
            own.Add(MqttPropertyId.ResponseTopic, "answers/here"u8);
            own.Add(MqttPropertyId.CorrelationData, "42"u8);
            own.Add(MqttPropertyId.PayloadFormatIndicator, 1);
            own.AddUserProperty("k"u8, "3"u8);
        });

        Assert.Equal(
            "UserProperty=k:1 ContentType=text/plain UserProperty=j:2 ResponseTopic=answers/here CorrelationData=42 PayloadFormatIndicator=1 UserProperty=k:3",
            (await subscriber.ReadPublishAsync()).Properties);
        Assert.Equal("hello", (await old.ReadPublishAsync()).Text);
    }

    [Fact]
    public async Task A_waiting_message_says_how_long_it_has_and_an_expired_one_is_dropped()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(clock: _clock);
        using PacketPeer publisher = await PacketPeer.ConnectAsync(gateway, "publisher");
        await LeaveSubscribedAsync(gateway);
        await publisher.PublishAckedAsync("a/b", "short", properties: Expiry(10));
        await publisher.PublishAckedAsync("a/b", "long", properties: Expiry(100));
        await publisher.PublishAckedAsync("a/b", "for ever");

        _clock.Advance(TimeSpan.FromSeconds(10));

        using PacketPeer back = await ComeBackAsync(gateway);
        PacketPeer.Received kept = await back.ReadPublishAsync();
        Assert.Equal(("long", 90u), (kept.Text, kept.Number(MqttPropertyId.MessageExpiryInterval)));
        kept = await back.ReadPublishAsync();
        Assert.Equal(("for ever", null), (kept.Text, kept.Number(MqttPropertyId.MessageExpiryInterval)));
        await back.NothingCameAsync();
        // What expired gave its memory back; the other two wait for their acknowledgements.
        await back.AcknowledgeAsync(MqttPacketType.PubAck, 1);
        await back.AcknowledgeAsync(MqttPacketType.PubAck, 2);
        await back.NothingCameAsync();
        Assert.Equal(0, gateway.Host.Find<MqttEndpoint>().MessageBytes);
    }

    [Fact]
    public async Task A_message_that_goes_at_once_carries_its_whole_expiry()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(clock: _clock);
        using PacketPeer peer = await PacketPeer.ConnectAsync(gateway, "peer");
        await peer.SubscribeAsync("a/b", new SubscriptionOptions(MqttQoS.AtMostOnce));

        await peer.PublishAsync("a/b", "x", properties: Expiry(10));

        Assert.Equal(10u, (await peer.ReadPublishAsync()).Number(MqttPropertyId.MessageExpiryInterval));
    }

    [Fact]
    public async Task A_client_s_alias_stands_for_its_topic_until_it_is_given_another_or_the_connection_ends()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using PacketPeer listener = await PacketPeer.ConnectAsync(gateway, "listener");
        await listener.SubscribeAsync("#", AtLeastOnce);
        using (PacketPeer first = await PacketPeer.ConnectAsync(gateway, "pump-17", properties: LongLived))
        {
            await first.PublishAckedAsync("a/one", "1", properties: Alias(8));
            await first.PublishAckedAsync("", "2", properties: Alias(8));
            await first.PublishAckedAsync("a/two", "3", properties: Alias(8));
            await first.PublishAckedAsync("", "4", properties: Alias(8));
        }

        foreach ((string topic, string text) in new[] { ("a/one", "1"), ("a/one", "2"), ("a/two", "3"), ("a/two", "4") })
        {
            PacketPeer.Received message = await listener.ReadPublishAsync();
            Assert.Equal((topic, text, null), (message.Topic, message.Text, message.Number(MqttPropertyId.TopicAlias)));
        }

        using PacketPeer second = await PacketPeer.ConnectAsync(gateway, "pump-17", cleanStart: false, properties: LongLived);
        Assert.True(second.ConnAck.IsSessionPresent);
        await second.PublishAsync("", "5", properties: Alias(8));
        Assert.Equal(MqttReasonCode.TopicAliasInvalid, await second.ReadFarewellAsync());
    }

    [Fact]
    public async Task A_topic_over_the_limit_gets_no_alias_so_that_aliases_stay_small()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using PacketPeer peer = await PacketPeer.ConnectAsync(gateway, "pump-17");

        PacketPeer.Received refused = await peer.PublishAckedAsync(new string('x', 60_000), "1", properties: Alias(1));
        Assert.Equal(MqttReasonCode.TopicNameInvalid, refused.Code);
        await peer.PublishAsync("", "2", properties: Alias(1));

        Assert.Equal(MqttReasonCode.TopicAliasInvalid, await peer.ReadFarewellAsync());
    }

    [Fact]
    public async Task A_client_that_takes_aliases_is_sent_a_topic_once_in_each_connection()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using PacketPeer publisher = await PacketPeer.ConnectAsync(gateway, "publisher");
        for (int connection = 0; connection < 2; connection++)
        {
            using PacketPeer subscriber = await PacketPeer.ConnectAsync(gateway, "subscriber", cleanStart: false, properties: (ref MqttPropertyWriter own) =>
            {
                own.Add(MqttPropertyId.TopicAliasMaximum, 2);
                own.Add(MqttPropertyId.SessionExpiryInterval, 100);
            });
            await subscriber.SubscribeAsync("a/+", new SubscriptionOptions(MqttQoS.AtMostOnce));
            foreach ((string topic, string sent, uint? alias) in new[]
                { ("a/1", "a/1", 1u), ("a/2", "a/2", 2u), ("a/3", "a/3", (uint?)null), ("a/1", "", 1u), ("a/2", "", 2u), ("a/3", "a/3", null) })
            {
                await publisher.PublishAsync(topic, "x");
                PacketPeer.Received message = await subscriber.ReadPublishAsync();
                Assert.Equal((sent, alias), (message.Topic, message.Number(MqttPropertyId.TopicAlias)));
            }

            await subscriber.DisconnectAsync();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_packet_is_never_longer_than_the_client_takes_and_what_would_be_counts_as_done(bool expires)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using PacketPeer publisher = await PacketPeer.ConnectAsync(gateway, "publisher");
        using PacketPeer small = await PacketPeer.ConnectAsync(
            gateway, "small", properties: (ref MqttPropertyWriter own) => own.Add(MqttPropertyId.MaximumPacketSize, 50));
        await small.SubscribeAsync("a/b", AtLeastOnce);
        PacketPeer.Properties? properties = expires ? Expiry(100) : null;

        // Packets of 40 to 60 bytes, header included.
        for (int length = 20; length <= 60; length++)
            await publisher.PublishAckedAsync("a/b", new string('x', length), properties: properties);
        await publisher.PublishAckedAsync("a/b", "end");

        int longest = 0;
        for (PacketPeer.Received message; (message = await small.ReadPublishAsync()).Text != "end";)
            longest = Math.Max(longest, 2 + message.Body.Length);
        Assert.InRange(longest, 45, 50);
        await small.NothingCameAsync();
    }

    [Fact]
    public async Task No_more_is_unacknowledged_than_the_client_takes_also_after_it_comes_back_with_less()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(options => options with { MqttMode = MqttMode.Spec });
        using PacketPeer publisher = await PacketPeer.ConnectAsync(gateway, "publisher");
        using (PacketPeer first = await ComeAsync(3))
        {
            await first.SubscribeAsync("a/b", AtLeastOnce);
            for (int i = 0; i < 6; i++)
                await publisher.PublishAckedAsync("a/b", $"{i}");
            for (int i = 0; i < 3; i++)
                Assert.Equal($"{i}", (await first.ReadPublishAsync()).Text);
            await first.NothingCameAsync();
        }

        using PacketPeer second = await ComeAsync(1);
        for (int i = 0; i < 6; i++)
        {
            PacketPeer.Received message = await second.ReadPublishAsync();
            Assert.Equal(($"{i}", i < 3), (message.Text, message.Dup));
            await second.NothingCameAsync();
            await second.AcknowledgeAsync(MqttPacketType.PubAck, message.PacketId);
        }

        await second.NothingCameAsync();
        Assert.Equal(0, gateway.Host.Find<MqttEndpoint>().MessageBytes);

        Task<PacketPeer> ComeAsync(uint window) => PacketPeer.ConnectAsync(gateway, "subscriber", cleanStart: false, properties: (ref MqttPropertyWriter own) =>
        {
            own.Add(MqttPropertyId.ReceiveMaximum, window);
            own.Add(MqttPropertyId.SessionExpiryInterval, 100);
        });
    }

    private static PacketPeer.Properties Expiry(uint seconds) => (ref MqttPropertyWriter own) => own.Add(MqttPropertyId.MessageExpiryInterval, seconds);

    private static PacketPeer.Properties Alias(uint alias) => (ref MqttPropertyWriter own) => own.Add(MqttPropertyId.TopicAlias, alias);

    private static void LongLived(ref MqttPropertyWriter own) => own.Add(MqttPropertyId.SessionExpiryInterval, 1000);

    private static Task<PacketPeer> ComeBackAsync(TestGateway gateway) =>
        PacketPeer.ConnectAsync(gateway, "subscriber", cleanStart: false, properties: LongLived);

    private static async Task LeaveSubscribedAsync(TestGateway gateway)
    {
        using PacketPeer peer = await ComeBackAsync(gateway);
        await peer.SubscribeAsync("a/b", AtLeastOnce);
        await peer.DisconnectAsync();
    }
}
