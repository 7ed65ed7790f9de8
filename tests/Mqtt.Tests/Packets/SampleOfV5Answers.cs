using System.Collections.Generic;
using Defender.Mqtt.Packets;
using static Defender.Mqtt.Tests.Packets.WrittenProperties;

namespace Defender.Mqtt.Tests.Packets;

/// <summary>Acknowledgements, subscriptions and farewells of MQTT 5.0.</summary>
internal static class SampleOfV5Answers
{
    public static IReadOnlyList<Sample> All { get; } =
    [
        new("v5-puback", "40 02 00 0A", output => MqttWriter.WritePubAck(output, 10, MqttReasonCode.Success),
            "PubAck id=10 reason=Success", MqttVersion.V5),
        new("v5-puback-reason", "40 03 00 0A 10", output => MqttWriter.WritePubAck(output, 10, MqttReasonCode.NoMatchingSubscribers),
            "PubAck id=10 reason=NoMatchingSubscribers", MqttVersion.V5),
        new("v5-puback-properties", "40 08 00 0A 00 04 1F 00 01 78",
            output => MqttWriter.WritePubAck(
                output, 10, MqttReasonCode.Success, Of(MqttPacketType.PubAck, (MqttPropertyId.ReasonString, "x"))),
            "PubAck id=10 reason=Success [ReasonString='x']", MqttVersion.V5),
        new("v5-pubrec", "50 03 01 00 97", output => MqttWriter.WritePubRec(output, 256, MqttReasonCode.QuotaExceeded),
            "PubRec id=256 reason=QuotaExceeded", MqttVersion.V5),
        new("v5-pubrel", "62 03 00 01 92", output => MqttWriter.WritePubRel(output, 1, MqttReasonCode.PacketIdentifierNotFound),
            "PubRel id=1 reason=PacketIdentifierNotFound", MqttVersion.V5),
        new("v5-pubcomp", "70 0B FF FF 92 07 26 00 01 61 00 01 62",
            output => MqttWriter.WritePubComp(
                output,
                65535,
                MqttReasonCode.PacketIdentifierNotFound,
                Of(MqttPacketType.PubComp, (MqttPropertyId.UserProperty, ("a", "b")))),
            "PubComp id=65535 reason=PacketIdentifierNotFound [UserProperty='a':'b']", MqttVersion.V5),
        // QoS 1; QoS 2 with No Local, Retain As Published, retain handling 2; a shared one.
        new("v5-subscribe", "82 22  00 0A  03 0B 80 01  00 03 61 2F 62 01  00 03 63 2F 64 2E  00 0D 24 73 68 61 72 65 2F 67 2F 61 2F 2F 23 10",
            output => MqttWriter.WriteSubscribe(
                output,
                10,
                Of(MqttPacketType.Subscribe, (MqttPropertyId.SubscriptionIdentifier, 128u)),
                ("a/b", new SubscriptionOptions(MqttQoS.AtLeastOnce)),
                ("c/d", new SubscriptionOptions(MqttQoS.ExactlyOnce, NoLocal: true, RetainAsPublished: true, MqttRetainHandling.DoNotSend)),
                ("$share/g/a//#", new SubscriptionOptions(MqttQoS.AtMostOnce, RetainHandling: MqttRetainHandling.SendIfNew))),
            "Subscribe id=10 count=3 'a/b':1 'c/d':2,nl,rap,DoNotSend '$share/g/a//#':0,SendIfNew [SubscriptionIdentifier=128]",
            MqttVersion.V5),
        new("v5-suback", "90 07  00 0A  00  00 02 97 9E",
            output => MqttWriter.WriteSubAck(
                output,
                10,
                default,
                MqttReasonCode.Success,
                MqttReasonCode.GrantedQoS2,
                MqttReasonCode.QuotaExceeded,
                MqttReasonCode.SharedSubscriptionsNotSupported),
            "SubAck id=10 codes=0002979E", MqttVersion.V5),
        new("v5-unsubscribe", "A2 14  00 0A  07 26 00 01 61 00 01 62  00 03 61 2F 62  00 03 63 2F 2B",
            output => MqttWriter.WriteUnsubscribe(
                output, 10, Of(MqttPacketType.Unsubscribe, (MqttPropertyId.UserProperty, ("a", "b"))), "a/b", "c/+"),
            "Unsubscribe id=10 count=2 'a/b' 'c/+' [UserProperty='a':'b']", MqttVersion.V5),
        new("v5-unsuback", "B0 09  00 0A  04 1F 00 01 78  00 11",
            output => MqttWriter.WriteUnsubAck(
                output,
                10,
                Of(MqttPacketType.UnsubAck, (MqttPropertyId.ReasonString, "x")),
                MqttReasonCode.Success,
                MqttReasonCode.NoSubscriptionExisted),
            "UnsubAck id=10 codes=Success,NoSubscriptionExisted [ReasonString='x']", MqttVersion.V5),
        new("v5-pingreq", "C0 00", MqttWriter.WritePingReq, "PingReq", MqttVersion.V5),
        new("v5-pingresp", "D0 00", MqttWriter.WritePingResp, "PingResp", MqttVersion.V5),
        new("v5-disconnect", "E0 00", MqttWriter.WriteDisconnect, "Disconnect reason=Success", MqttVersion.V5),
        new("v5-disconnect-with-will", "E0 07 04 05 11 00 00 00 3C",
            output => MqttWriter.WriteDisconnect(
                output,
                MqttReasonCode.DisconnectWithWillMessage,
                Of(MqttPacketType.Disconnect, (MqttPropertyId.SessionExpiryInterval, 60u))),
            "Disconnect reason=DisconnectWithWillMessage [SessionExpiryInterval=60]", MqttVersion.V5),
        new("v5-disconnect-from-server", "E0 06 9D 04 1C 00 01 73",
            output => MqttWriter.WriteDisconnect(
                output, MqttReasonCode.ServerMoved, Of(MqttPacketType.Disconnect, (MqttPropertyId.ServerReference, "s"))),
            "Disconnect reason=ServerMoved [ServerReference='s']", MqttVersion.V5, FromServer: true),
        new("v5-auth", "F0 00", output => MqttWriter.WriteAuth(output, MqttReasonCode.Success), "Auth reason=Success", MqttVersion.V5),
        new("v5-auth-continue", "F0 0A 18 08 15 00 01 6D 16 00 01 2A",
            output => MqttWriter.WriteAuth(
                output,
                MqttReasonCode.ContinueAuthentication,
                Of(
                    MqttPacketType.Auth,
                    (MqttPropertyId.AuthenticationMethod, "m"),
                    (MqttPropertyId.AuthenticationData, new byte[] { 42 }))),
            "Auth reason=ContinueAuthentication [AuthenticationMethod='m' AuthenticationData=2A]", MqttVersion.V5),
    ];
}
