using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Defender.Gateway.Mqtt;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt;
using Defender.Mqtt.Packets;
using Xunit;

namespace Defender.Gateway.Tests.Mqtt;

/// <summary>What MQTT 5 adds to subscriptions: options, identifiers, codes, and sharing.</summary>
public sealed class V5SubscribeTests
{
    private static readonly SubscriptionOptions AtLeastOnce = new(MqttQoS.AtLeastOnce);

    [Fact]
    public async Task Overlapping_subscriptions_are_one_message_with_all_their_identifiers()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using PacketPeer peer = await PacketPeer.ConnectAsync(gateway, "peer");
        await peer.SubscribeAsync("a/b", new SubscriptionOptions(MqttQoS.AtMostOnce), 1);
        await peer.SubscribeAsync("a/+", AtLeastOnce, 200_000_000);
        await peer.SubscribeAsync("#", AtLeastOnce);

        await peer.PublishAsync("a/b", "x", MqttQoS.AtLeastOnce, 77);

        PacketPeer.Received message = await peer.ReadPublishAsync();
        Assert.Equal(MqttQoS.AtLeastOnce, message.QoS);
        Assert.Equal(["SubscriptionIdentifier=1", "SubscriptionIdentifier=200000000"], message.Properties.Split(' ').Order());
        Assert.Equal(MqttPacketType.PubAck, (await peer.ReadAsync()).Type);
        await peer.NothingCameAsync();
    }

    [Fact]
    public async Task A_new_SUBSCRIBE_of_a_filter_replaces_its_identifier()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using PacketPeer peer = await PacketPeer.ConnectAsync(gateway, "peer");
        await peer.SubscribeAsync("a/b", AtLeastOnce, 1);
        await peer.SubscribeAsync("a/b", new SubscriptionOptions(MqttQoS.AtMostOnce), 2);

        await peer.PublishAsync("a/b", "x");
        Assert.Equal("SubscriptionIdentifier=2", (await peer.ReadPublishAsync()).Properties);
        await peer.SubscribeAsync("a/b", AtLeastOnce);
        await peer.PublishAsync("a/b", "x");

        Assert.Equal("", (await peer.ReadPublishAsync()).Properties);
    }

    [Fact]
    public async Task No_Local_leaves_out_the_client_s_own_messages_only()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using PacketPeer own = await PacketPeer.ConnectAsync(gateway, "own"), other = await PacketPeer.ConnectAsync(gateway, "other");
        await own.SubscribeAsync("a/b", AtLeastOnce with { NoLocal = true });

        await own.PublishAckedAsync("a/b", "its own");
        await other.PublishAckedAsync("a/b", "the other's");

        Assert.Equal("the other's", (await own.ReadPublishAsync()).Text);
        await own.NothingCameAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Retain_As_Published_keeps_the_flag(bool asPublished)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using PacketPeer publisher = await PacketPeer.ConnectAsync(gateway, "publisher"), subscriber = await PacketPeer.ConnectAsync(gateway, "subscriber");
        await subscriber.SubscribeAsync("a/b", AtLeastOnce with { RetainAsPublished = asPublished });

        await publisher.PublishAckedAsync("a/b", "kept", retain: true);
        await publisher.PublishAckedAsync("a/b", "passing");

        Assert.Equal(asPublished, (await subscriber.ReadPublishAsync()).Retain);
        Assert.False((await subscriber.ReadPublishAsync()).Retain);
    }

    [Fact]
    public async Task A_shared_subscription_takes_turns_among_those_who_are_connected()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using PacketPeer publisher = await PacketPeer.ConnectAsync(gateway, "publisher");
        PacketPeer[] group = [await JoinAsync(gateway, "one"), await JoinAsync(gateway, "two"), await JoinAsync(gateway, "three")];
        using PacketPeer outside = await PacketPeer.ConnectAsync(gateway, "outside");
        await outside.SubscribeAsync("a/b", AtLeastOnce);
        await group[2].DisconnectAsync();

        for (int i = 0; i < 6; i++)
            await publisher.PublishAckedAsync("a/b", $"{i}");

        HashSet<string> got = [];
        foreach (PacketPeer member in group[..2])
        {
            for (int i = 0; i < 3; i++)
                Assert.True(got.Add((await member.ReadPublishAsync()).Text));
            await member.NothingCameAsync();
        }

        for (int i = 0; i < 6; i++)
            Assert.Equal($"{i}", (await outside.ReadPublishAsync()).Text);

        // The one that is away gets its turn when nobody is here.
        await group[0].DisconnectAsync();
        await group[1].DisconnectAsync();
        for (int i = 6; i < 9; i++)
            await publisher.PublishAckedAsync("a/b", $"{i}");
        using PacketPeer back = await PacketPeer.ConnectAsync(gateway, "three", cleanStart: false);
        Assert.InRange(int.Parse((await back.ReadPublishAsync()).Text, System.Globalization.CultureInfo.InvariantCulture), 6, 8);
        foreach (PacketPeer member in group)
            member.Dispose();
    }

    [Fact]
    public async Task A_shared_subscription_gets_no_retained_messages_and_ends_with_UNSUBSCRIBE()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using PacketPeer peer = await PacketPeer.ConnectAsync(gateway, "peer");
        await peer.PublishAckedAsync("a/b", "kept", retain: true);
        Assert.Equal(MqttReasonCode.GrantedQoS1, await peer.SubscribeAsync("$share/g/a/b", AtLeastOnce));
        await peer.NothingCameAsync();

        Assert.Equal([MqttReasonCode.Success, MqttReasonCode.NoSubscriptionExisted], await UnsubscribeAsync(peer, "$share/g/a/b", "a/b"));

        await peer.PublishAckedAsync("a/b", "x");
        await peer.NothingCameAsync();
        Assert.Equal(0, gateway.Host.Find<MqttEndpoint>().Gauges.Subscriptions);
    }

    [Theory]
    [InlineData(MqttVersion.V5, "$share/ab")]
    [InlineData(MqttVersion.V5, "$share/ab/")]
    [InlineData(MqttVersion.V5, "$share//a")]
    [InlineData(MqttVersion.V5, "$share/a+/b")]
    [InlineData(MqttVersion.V311, "$share/ab")]
    [InlineData(MqttVersion.V311, "$share//a")]
    public async Task A_shared_subscription_without_name_or_filter_is_refused_CVE_2025_68699(MqttVersion version, string filter)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using PacketPeer peer = await PacketPeer.ConnectAsync(gateway, "peer", version), other = await PacketPeer.ConnectAsync(gateway, "other");
        byte[] text = System.Text.Encoding.UTF8.GetBytes(filter);
        byte[] properties = version == MqttVersion.V5 ? [0] : [];

        await peer.SendBytesAsync([0x82, (byte)(5 + properties.Length + text.Length), 0, 5, .. properties, 0, (byte)text.Length, .. text, 1]);

        if (version == MqttVersion.V5)
            Assert.InRange(await peer.ReadFarewellAsync(), MqttReasonCode.MalformedPacket, MqttReasonCode.TopicFilterInvalid);
        else
            Assert.Equal([0, 5, SubAckPacket.Failure], (await peer.ReadAsync()).Body);
        await other.PublishAckedAsync("ab", "x");
        await other.PublishAckedAsync("a", "x");
    }

    [Fact]
    public async Task SUBACK_says_of_each_filter_what_became_of_it()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(
            options => options with { MqttLimits = TestGateway.Hurried with { MaxSubscriptions = 2 } });
        using PacketPeer peer = await PacketPeer.ConnectAsync(gateway, "peer");

        await peer.SendAsync(output => MqttWriter.WriteSubscribe(
            output,
            5,
            default,
            ("one", new SubscriptionOptions(MqttQoS.AtMostOnce)),
            (new string('x', 257), AtLeastOnce),
            ("1/2/3/4/5/6/7/8/9", AtLeastOnce),
            ("two", new SubscriptionOptions(MqttQoS.ExactlyOnce)),
            ("three", AtLeastOnce),
            ("one", AtLeastOnce)));

        PacketPeer.Received answer = await peer.ReadAsync();
        Assert.Equal(
            [
                MqttReasonCode.Success, MqttReasonCode.TopicFilterInvalid, MqttReasonCode.TopicFilterInvalid,
                MqttReasonCode.GrantedQoS1, MqttReasonCode.QuotaExceeded, MqttReasonCode.GrantedQoS1,
            ],
            answer.Body[3..].Select(code => (MqttReasonCode)code));
    }

    [Fact]
    public async Task UNSUBACK_says_of_each_filter_whether_there_was_one()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using PacketPeer peer = await PacketPeer.ConnectAsync(gateway, "peer");
        await peer.SubscribeAsync("a/b", AtLeastOnce);

        Assert.Equal(
            [MqttReasonCode.NoSubscriptionExisted, MqttReasonCode.Success, MqttReasonCode.NoSubscriptionExisted],
            await UnsubscribeAsync(peer, "a/+", "a/b", "a/b"));
    }

    private static async Task<MqttReasonCode[]> UnsubscribeAsync(PacketPeer peer, params string[] filters)
    {
        await peer.SendAsync(output => MqttWriter.WriteUnsubscribe(output, 9, default(MqttProperties), filters));
        PacketPeer.Received answer = await peer.ReadAsync();
        Assert.Equal(MqttPacketType.UnsubAck, answer.Type);
        return [.. answer.Body[3..].Select(code => (MqttReasonCode)code)];
    }

    private static async Task<PacketPeer> JoinAsync(TestGateway gateway, string clientId)
    {
        PacketPeer peer = await PacketPeer.ConnectAsync(
            gateway, clientId, properties: (ref MqttPropertyWriter own) => own.Add(MqttPropertyId.SessionExpiryInterval, 1000));
        Assert.Equal(MqttReasonCode.GrantedQoS1, await peer.SubscribeAsync("$share/workers/a/+", AtLeastOnce));
        return peer;
    }
}
