using System;
using System.Buffers;
using Defender.Mqtt.Packets;
using Xunit;
using static Defender.Mqtt.Tests.Packets.WrittenProperties;

namespace Defender.Mqtt.Tests.Packets;

public sealed class PropertiesTests
{
    [Fact]
    public void Values_are_found_by_their_identifier_and_what_is_absent_is_not()
    {
        MqttProperties properties = Of(
            MqttPacketType.Publish,
            (MqttPropertyId.UserProperty, ("a", "1")),
            (MqttPropertyId.MessageExpiryInterval, 0u),
            (MqttPropertyId.ContentType, ""),
            (MqttPropertyId.SubscriptionIdentifier, 5u),
            (MqttPropertyId.SubscriptionIdentifier, 6u),
            (MqttPropertyId.UserProperty, ("a", "2")));

        Assert.True(properties.TryGetUInt32(MqttPropertyId.MessageExpiryInterval, out uint expiry) && expiry == 0);
        Assert.True(properties.TryGetBytes(MqttPropertyId.ContentType, out ReadOnlySpan<byte> type) && type.IsEmpty);
        Assert.True(properties.TryGetUInt32(MqttPropertyId.SubscriptionIdentifier, out uint identifier) && identifier == 5);
        Assert.False(properties.TryGetUInt32(MqttPropertyId.TopicAlias, out _));
        Assert.False(properties.TryGetBytes(MqttPropertyId.ResponseTopic, out _));
        Assert.False(properties.Contains((MqttPropertyId)200));
        Assert.False(default(MqttProperties).Contains(MqttPropertyId.UserProperty));
        Assert.Equal(
            " [UserProperty='a':'1' MessageExpiryInterval=0 ContentType='' SubscriptionIdentifier=5 SubscriptionIdentifier=6"
                + " UserProperty='a':'2']",
            PacketText.Text(properties));
    }

    [Fact]
    public void What_a_server_passes_on_is_copied_in_order_and_taken_back()
    {
        MqttProperties properties = OfWill(
            (MqttPropertyId.UserProperty, ("b", "1")),
            (MqttPropertyId.WillDelayInterval, 9u),
            (MqttPropertyId.CorrelationData, new byte[] { 1, 2 }),
            (MqttPropertyId.MessageExpiryInterval, 60u),
            (MqttPropertyId.UserProperty, ("a", "2")));
        byte[] copy = new byte[properties.ForwardedLength];

        Assert.Equal(copy.Length, properties.CopyForwardedTo(copy));
        MqttProperties stored = MqttProperties.Stored(copy);
        Assert.Equal(
            " [UserProperty='b':'1' CorrelationData=0102 MessageExpiryInterval=60 UserProperty='a':'2']", PacketText.Text(stored));
        Assert.Equal(copy.Length, stored.ForwardedLength);
        Assert.True(stored.TryGetUInt32(MqttPropertyId.MessageExpiryInterval, out uint expiry) && expiry == 60);
    }

    [Fact]
    public void A_message_is_passed_on_with_its_properties_and_those_of_the_server()
    {
        byte[] bytes = Wire.Written(output => MqttWriter.WritePublish(
            output,
            new PublishPacket
            {
                QoS = MqttQoS.AtLeastOnce,
                PacketId = 3,
                Payload = "x"u8,
                Properties = Of(
                    MqttPacketType.Publish,
                    (MqttPropertyId.ResponseTopic, "r"),
                    (MqttPropertyId.TopicAlias, 77u),
                    (MqttPropertyId.MessageExpiryInterval, 60u),
                    (MqttPropertyId.UserProperty, ("k", "v"))),
            },
            new PublishForwarding { TopicAlias = 4, SubscriptionIdentifiers = [128] }));

        Assert.Equal(
            "Publish '' 78 qos=1 dup=False retain=False id=3 [ResponseTopic='r' MessageExpiryInterval=60 UserProperty='k':'v' TopicAlias=4"
                + " SubscriptionIdentifier=128]",
            PacketText.Read(bytes, MqttVersion.V5, fromServer: true));
    }

    [Fact]
    public void What_a_packet_may_not_carry_is_not_made()
    {
        Refuses(() => Of(MqttPacketType.PubAck, (MqttPropertyId.TopicAlias, 1u)));
        Refuses(() => Of(MqttPacketType.PingReq, (MqttPropertyId.UserProperty, ("", ""))));
        Refuses(() => Of(MqttPacketType.Publish, (MqttPropertyId.TopicAlias, 0u)));
        Refuses(() => Of(MqttPacketType.Publish, (MqttPropertyId.TopicAlias, 65_536u)));
        Refuses(() => Of(MqttPacketType.Publish, (MqttPropertyId.TopicAlias, 1u), (MqttPropertyId.TopicAlias, 1u)));
        Refuses(() => Of(MqttPacketType.Publish, (MqttPropertyId.PayloadFormatIndicator, 2u)));
        Refuses(() => Of(MqttPacketType.Publish, (MqttPropertyId.PayloadFormatIndicator, 256u)));
        Refuses(() => Of(MqttPacketType.Publish, (MqttPropertyId.SubscriptionIdentifier, 268_435_456u)));
        Refuses(() => Of(MqttPacketType.Publish, (MqttPropertyId.ContentType, 1u)));
        Refuses(() => Of(MqttPacketType.Publish, (MqttPropertyId.MessageExpiryInterval, "60")));
        Refuses(() => Of(MqttPacketType.Publish, (MqttPropertyId.ContentType, "a\0")));
        Refuses(() => Of(MqttPacketType.Publish, (MqttPropertyId.ResponseTopic, "a/+")));
        Refuses(() => Of(MqttPacketType.Publish, (MqttPropertyId.UserProperty, (new string('a', 65_536), ""))));
        Refuses(() => Of(MqttPacketType.Publish, (MqttPropertyId.CorrelationData, new byte[20_000])));
        Refuses(() => Of((MqttPacketType)16));
        Refuses(() => Of(MqttPacketType.None));
        Refuses(() =>
        {
            var full = new MqttPropertyWriter(MqttPacketType.Publish, new byte[5]);
            full.Add(MqttPropertyId.MessageExpiryInterval, 1u);
            full.Add(MqttPropertyId.PayloadFormatIndicator, 1u);
        });
        Refuses(() => Of(
            MqttPacketType.Publish, [.. System.Linq.Enumerable.Repeat((MqttPropertyId.UserProperty, (object)("", "")), MqttProperties.MaxCount + 1)]));
    }

    [Fact]
    public void What_was_refused_leaves_nothing_behind()
    {
        var writer = new MqttPropertyWriter(MqttPacketType.Publish, new byte[5]);
        writer.Add(MqttPropertyId.TopicAlias, 1u);
        try
        {
            writer.Add(MqttPropertyId.TopicAlias, 2u);
            Assert.Fail("It was not refused.");
        }
        catch (ArgumentException)
        {
        }

        writer.Add(MqttPropertyId.PayloadFormatIndicator, 1u);
        Assert.Equal(" [TopicAlias=1 PayloadFormatIndicator=1]", PacketText.Text(writer.Properties));
    }

    [Fact]
    public void Properties_of_one_packet_do_not_enter_another()
    {
        RefusesToWrite(output => MqttWriter.WriteDisconnect(output, MqttReasonCode.Success, Reason(MqttPacketType.PubAck)));
        RefusesToWrite(output => MqttWriter.WritePubAck(output, 1, MqttReasonCode.Success, Reason(MqttPacketType.PubRec)));
        RefusesToWrite(output => MqttWriter.WriteSubAck(output, 1, Reason(MqttPacketType.UnsubAck), MqttReasonCode.Success));
        RefusesToWrite(output => MqttWriter.WriteConnAck(output, MqttReasonCode.Success, properties: Reason(MqttPacketType.Auth)));
        RefusesToWrite(output => MqttWriter.WriteConnect(
            output, new ConnectPacket { Version = MqttVersion.V5, HasWill = true, WillTopic = "t"u8, WillProperties = User(MqttPacketType.Publish) }));
        RefusesToWrite(output => MqttWriter.WriteConnect(
            output, new ConnectPacket { Version = MqttVersion.V5, WillProperties = OfWill((MqttPropertyId.WillDelayInterval, 1u)) }));
        RefusesToWrite(output => MqttWriter.WriteConnect(
            output, new ConnectPacket { ClientId = "a"u8, Properties = User(MqttPacketType.Connect) }));
        RefusesToWrite(output => MqttWriter.WriteConnect(output, new ConnectPacket
        {
            Version = MqttVersion.V5,
            Properties = Of(MqttPacketType.Connect, (MqttPropertyId.AuthenticationData, Array.Empty<byte>())),
        }));
        RefusesToWrite(output => MqttWriter.WritePublish(
            output, new PublishPacket { Topic = "a"u8, Properties = User(MqttPacketType.Publish) }));
        RefusesToWrite(output => MqttWriter.WritePublish(output, default, MqttVersion.V5));
        RefusesToWrite(output => MqttWriter.WritePublish(output, default, default(PublishForwarding)));
        RefusesToWrite(output => MqttWriter.WritePublish(
            output, new PublishPacket { Topic = "a"u8 }, new PublishForwarding { SubscriptionIdentifiers = [0] }));

        static MqttProperties Reason(MqttPacketType owner) => Of(owner, (MqttPropertyId.ReasonString, "r"));
        static MqttProperties User(MqttPacketType owner) => Of(owner, (MqttPropertyId.UserProperty, ("", "")));
    }

    [Fact]
    public void A_reason_that_a_packet_does_not_have_is_not_written()
    {
        RefusesToWrite(output => MqttWriter.WriteConnAck(output, MqttReasonCode.KeepAliveTimeout));
        RefusesToWrite(output => MqttWriter.WriteConnAck(output, MqttReasonCode.NotAuthorized, sessionPresent: true));
        RefusesToWrite(output => MqttWriter.WritePubAck(output, 1, MqttReasonCode.PacketIdentifierNotFound));
        RefusesToWrite(output => MqttWriter.WritePubAck(output, 0, MqttReasonCode.Success));
        RefusesToWrite(output => MqttWriter.WritePubRel(output, 1, MqttReasonCode.NotAuthorized));
        RefusesToWrite(output => MqttWriter.WriteSubAck(output, 1, default, MqttReasonCode.NoSubscriptionExisted));
        RefusesToWrite(output => MqttWriter.WriteUnsubAck(output, 1, default, MqttReasonCode.GrantedQoS1));
        RefusesToWrite(output => MqttWriter.WriteUnsubAck(output, 1, default(MqttProperties)));
        RefusesToWrite(output => MqttWriter.WriteDisconnect(output, MqttReasonCode.GrantedQoS1));
        RefusesToWrite(output => MqttWriter.WriteAuth(output, MqttReasonCode.ContinueAuthentication));
        RefusesToWrite(output => MqttWriter.WriteSubscribe(
            output, 1, default, ("$share/g/a", new SubscriptionOptions(MqttQoS.AtMostOnce, NoLocal: true))));
        RefusesToWrite(output => MqttWriter.WriteSubscribe(output, 1, default, ("a", new SubscriptionOptions((MqttQoS)3))));
        RefusesToWrite(output => MqttWriter.WriteUnsubscribe(output, 1, default(MqttProperties), "$share/+/a"));
    }

    private static void Refuses(Action make) => Assert.ThrowsAny<ArgumentException>(make);

    private static void Refuses(Func<MqttProperties> make) => Assert.ThrowsAny<ArgumentException>(() => { make(); });

    private static void RefusesToWrite(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();

        Assert.ThrowsAny<ArgumentException>(() => write(output));
        Assert.Equal(0, output.WrittenCount);
    }
}
