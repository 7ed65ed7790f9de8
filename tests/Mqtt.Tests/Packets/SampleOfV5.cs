using System.Collections.Generic;
using Defender.Mqtt.Packets;
using static Defender.Mqtt.Tests.Packets.WrittenProperties;

namespace Defender.Mqtt.Tests.Packets;

/// <summary>At least one of every packet type and property; the bytes are laid out by hand from the tables of MQTT 5.0.</summary>
internal static class SampleOfV5
{
    public static IReadOnlyList<Sample> All { get; } =
    [
        // Section 3.1.2.12's example of a variable header without its will: clean start, keep-alive 10, session expiry 10.
        new("v5-connect",
            "10 12  00 04 4D 51 54 54  05  02  00 0A  05 11 00 00 00 0A  00 00",
            output => MqttWriter.WriteConnect(output, new ConnectPacket
            {
                Version = MqttVersion.V5,
                CleanSession = true,
                KeepAliveSeconds = 10,
                Properties = Of(MqttPacketType.Connect, (MqttPropertyId.SessionExpiryInterval, 10u)),
            }),
            "Connect level=5 clean=True keepalive=10 id='' [SessionExpiryInterval=10]", MqttVersion.V5),
        new("v5-connect-every-property",
            "10 34  00 04 4D 51 54 54  05  00  00 00"
                + "  24 11 FF FF FF FF  21 00 14  27 00 00 20 00  22 00 0A  19 01  17 00  15 00 01 6D  16 00 02 00 FF  26 00 01 6E 00 01 76"
                + "  00 03 64 65 76",
            output => MqttWriter.WriteConnect(output, new ConnectPacket
            {
                Version = MqttVersion.V5,
                ClientId = "dev"u8,
                Properties = Of(
                    MqttPacketType.Connect,
                    (MqttPropertyId.SessionExpiryInterval, uint.MaxValue),
                    (MqttPropertyId.ReceiveMaximum, 20u),
                    (MqttPropertyId.MaximumPacketSize, 8192u),
                    (MqttPropertyId.TopicAliasMaximum, 10u),
                    (MqttPropertyId.RequestResponseInformation, 1u),
                    (MqttPropertyId.RequestProblemInformation, 0u),
                    (MqttPropertyId.AuthenticationMethod, "m"),
                    (MqttPropertyId.AuthenticationData, new byte[] { 0, 0xFF }),
                    (MqttPropertyId.UserProperty, ("n", "v"))),
            }),
            "Connect level=5 clean=False keepalive=0 id='dev' [SessionExpiryInterval=4294967295 ReceiveMaximum=20 MaximumPacketSize=8192"
                + " TopicAliasMaximum=10 RequestResponseInformation=1 RequestProblemInformation=0 AuthenticationMethod='m'"
                + " AuthenticationData=00FF UserProperty='n':'v']", MqttVersion.V5),
        // A password without a user name, and every property of a will.
        new("v5-connect-will-and-password",
            "10 36  00 04 4D 51 54 54  05  6C  00 3C  00  00 01 62"
                + "  1E 18 00 00 00 05  01 01  02 00 00 00 3C  03 00 01 63  08 00 01 72  09 00 01 07  26 00 01 6B 00 00"
                + "  00 01 74  00 01 41  00 01 70",
            output => MqttWriter.WriteConnect(output, new ConnectPacket
            {
                Version = MqttVersion.V5,
                ClientId = "b"u8,
                KeepAliveSeconds = 60,
                HasWill = true,
                WillQoS = MqttQoS.AtLeastOnce,
                WillRetain = true,
                WillTopic = "t"u8,
                WillMessage = "A"u8,
                WillProperties = OfWill(
                    (MqttPropertyId.WillDelayInterval, 5u),
                    (MqttPropertyId.PayloadFormatIndicator, 1u),
                    (MqttPropertyId.MessageExpiryInterval, 60u),
                    (MqttPropertyId.ContentType, "c"),
                    (MqttPropertyId.ResponseTopic, "r"),
                    (MqttPropertyId.CorrelationData, new byte[] { 7 }),
                    (MqttPropertyId.UserProperty, ("k", ""))),
                HasPassword = true,
                Password = "p"u8,
            }),
            "Connect level=5 clean=False keepalive=60 id='b' will='t':41 qos=1 retain=True [WillDelayInterval=5 PayloadFormatIndicator=1"
                + " MessageExpiryInterval=60 ContentType='c' ResponseTopic='r' CorrelationData=07 UserProperty='k':''] password=70",
            MqttVersion.V5),
        new("v5-connack", "20 03 00 00 00", output => MqttWriter.WriteConnAck(output, MqttReasonCode.Success),
            "ConnAck session=False reason=Success", MqttVersion.V5),
        new("v5-connack-refused", "20 09 00 87 06 1F 00 03 6E 6F 21",
            output => MqttWriter.WriteConnAck(
                output, MqttReasonCode.NotAuthorized, properties: Of(MqttPacketType.ConnAck, (MqttPropertyId.ReasonString, "no!"))),
            "ConnAck session=False reason=NotAuthorized [ReasonString='no!']", MqttVersion.V5),
        new("v5-connack-every-property",
            "20 38 01 00 35"
                + " 11 00 00 00 00  21 00 64  24 01  25 00  27 00 02 04 00  12 00 01 61  22 00 08  28 01 29 00 2A 01  13 04 B0"
                + " 1A 00 01 69  1C 00 01 73  15 00 01 6D  16 00 00  26 00 00 00 00",
            output => MqttWriter.WriteConnAck(
                output,
                MqttReasonCode.Success,
                sessionPresent: true,
                Of(
                    MqttPacketType.ConnAck,
                    (MqttPropertyId.SessionExpiryInterval, 0u),
                    (MqttPropertyId.ReceiveMaximum, 100u),
                    (MqttPropertyId.MaximumQoS, 1u),
                    (MqttPropertyId.RetainAvailable, 0u),
                    (MqttPropertyId.MaximumPacketSize, 132_096u),
                    (MqttPropertyId.AssignedClientIdentifier, "a"),
                    (MqttPropertyId.TopicAliasMaximum, 8u),
                    (MqttPropertyId.WildcardSubscriptionAvailable, 1u),
                    (MqttPropertyId.SubscriptionIdentifierAvailable, 0u),
                    (MqttPropertyId.SharedSubscriptionAvailable, 1u),
                    (MqttPropertyId.ServerKeepAlive, 1200u),
                    (MqttPropertyId.ResponseInformation, "i"),
                    (MqttPropertyId.ServerReference, "s"),
                    (MqttPropertyId.AuthenticationMethod, "m"),
                    (MqttPropertyId.AuthenticationData, System.Array.Empty<byte>()),
                    (MqttPropertyId.UserProperty, ("", "")))),
            "ConnAck session=True reason=Success [SessionExpiryInterval=0 ReceiveMaximum=100 MaximumQoS=1 RetainAvailable=0"
                + " MaximumPacketSize=132096 AssignedClientIdentifier='a' TopicAliasMaximum=8 WildcardSubscriptionAvailable=1"
                + " SubscriptionIdentifierAvailable=0 SharedSubscriptionAvailable=1 ServerKeepAlive=1200 ResponseInformation='i'"
                + " ServerReference='s' AuthenticationMethod='m' AuthenticationData= UserProperty='':'']", MqttVersion.V5),
        new("v5-publish", "30 08  00 03 61 2F 62  00  68 69",
            output => MqttWriter.WritePublish(output, new PublishPacket { Topic = "a/b"u8, Payload = "hi"u8 }, MqttVersion.V5),
            "Publish 'a/b' 6869 qos=0 dup=False retain=False id=0", MqttVersion.V5),
        new("v5-publish-alias", "32 09  00 00  00 0A  03 23 00 05  21",
            output => MqttWriter.WritePublish(
                output,
                new PublishPacket
                {
                    QoS = MqttQoS.AtLeastOnce,
                    PacketId = 10,
                    Properties = Of(MqttPacketType.Publish, (MqttPropertyId.TopicAlias, 5u)),
                    Payload = "!"u8,
                },
                MqttVersion.V5),
            "Publish '' 21 qos=1 dup=False retain=False id=10 [TopicAlias=5]", MqttVersion.V5),
        // Two subscription identifiers, the second of the largest value there is.
        new("v5-publish-from-server", "31 19  00 01 74  15 01 01 02 00 00 00 09 26 00 01 61 00 01 62  0B 01 0B FF FF FF 7F",
            output => MqttWriter.WritePublish(
                output,
                new PublishPacket
                {
                    Topic = "t"u8,
                    Retain = true,
                    Properties = Of(
                        MqttPacketType.Publish,
                        (MqttPropertyId.PayloadFormatIndicator, 1u),
                        (MqttPropertyId.MessageExpiryInterval, 60u),
                        (MqttPropertyId.TopicAlias, 99u),
                        (MqttPropertyId.UserProperty, ("a", "b"))),
                },
                new PublishForwarding { MessageExpirySeconds = 9, SubscriptionIdentifiers = [1, 268_435_455] }),
            "Publish 't'  qos=0 dup=False retain=True id=0 [PayloadFormatIndicator=1 MessageExpiryInterval=9 UserProperty='a':'b'"
                + " SubscriptionIdentifier=1 SubscriptionIdentifier=268435455]", MqttVersion.V5, FromServer: true),
        .. SampleOfV5Answers.All,
    ];
}
