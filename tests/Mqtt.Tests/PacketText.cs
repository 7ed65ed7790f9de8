using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text;
using Defender.Mqtt.Packets;

namespace Defender.Mqtt.Tests;

/// <summary>Says in one line what the codec understands of some bytes, so that readings can be compared.</summary>
internal static class PacketText
{
    public const int Limit = 1 << 20;

    public static string Read(byte[] bytes, MqttVersion version = MqttVersion.V311, bool fromServer = false)
        => Read(new ReadOnlySequence<byte>(bytes), version, fromServer);

    /// <summary>The first packet, or the status and the broken rule.</summary>
    public static string Read(in ReadOnlySequence<byte> bytes, MqttVersion version = MqttVersion.V311, bool fromServer = false)
    {
        MqttReadStatus status = MqttFraming.TryReadFrame(bytes, Limit, out MqttFrame frame, out MqttError error, version);
        return status switch
        {
            MqttReadStatus.Complete => Read(frame, version, fromServer),
            MqttReadStatus.NeedMoreData => "NeedMoreData",
            _ => $"{status} {error.Code}",
        };
    }

    public static string Read(in MqttFrame frame, MqttVersion version = MqttVersion.V311, bool fromServer = false)
    {
        using MqttBody body = frame.OpenBody();
        bool parsed = TryRead(frame, body.Span, version, fromServer, out string text, out MqttError error);
        if (parsed == error.IsError)
        {
            throw new InvalidOperationException($"{frame.Type}: the result is {parsed}, the error is {error}");
        }

        return parsed ? text : $"Invalid {error.Code}";
    }

    private static bool TryRead(
        in MqttFrame frame, ReadOnlySpan<byte> body, MqttVersion version, bool fromServer, out string text, out MqttError error)
    {
        bool parsed;
        text = frame.Type.ToString();
        switch (frame.Type)
        {
            case MqttPacketType.Connect:
                parsed = ConnectPacket.TryParse(body, out ConnectPacket connect, out error, acceptV5: version == MqttVersion.V5);
                text = parsed ? Text(connect) : text;
                return parsed;
            case MqttPacketType.ConnAck:
                parsed = ConnAckPacket.TryParse(body, out ConnAckPacket connAck, out error, version);
                text += $" session={connAck.SessionPresent}"
                    + (version == MqttVersion.V5 ? $" reason={connAck.ReasonCode}" : $" code={connAck.ReturnCode}") + Text(connAck.Properties);
                return parsed;
            case MqttPacketType.Publish:
                parsed = PublishPacket.TryParse(frame.Flags, body, out PublishPacket publish, out error, version, fromServer);
                text += $" {Text(publish.Topic)} {Convert.ToHexString(publish.Payload)} qos={(int)publish.QoS} dup={publish.Dup}"
                    + $" retain={publish.Retain} id={publish.PacketId}{Text(publish.Properties)}";
                return parsed;
            case MqttPacketType.Subscribe:
                parsed = SubscribePacket.TryParse(body, out SubscribePacket subscribe, out error, version);
                text += $" id={subscribe.PacketId} count={subscribe.Count}";
                foreach (TopicSubscription subscription in subscribe)
                {
                    text += $" {Text(subscription.Filter)}:{(int)subscription.QoS}{Text(subscription.Options)}";
                }

                text += Text(subscribe.Properties);
                return parsed;
            case MqttPacketType.Unsubscribe:
                parsed = UnsubscribePacket.TryParse(body, out UnsubscribePacket unsubscribe, out error, version);
                text += $" id={unsubscribe.PacketId} count={unsubscribe.Count}";
                foreach (ReadOnlySpan<byte> filter in unsubscribe)
                {
                    text += $" {Text(filter)}";
                }

                text += Text(unsubscribe.Properties);
                return parsed;
            case MqttPacketType.SubAck:
                parsed = SubAckPacket.TryParse(body, out SubAckPacket subAck, out error, version);
                text += $" id={subAck.PacketId} codes={Convert.ToHexString(subAck.ReturnCodes)}{Text(subAck.Properties)}";
                return parsed;
            case MqttPacketType.UnsubAck when version == MqttVersion.V5:
                parsed = UnsubAckPacket.TryParse(body, out UnsubAckPacket unsubAck, out error);
                text += $" id={unsubAck.PacketId} codes={string.Join(',', unsubAck.ReasonCodes.ToArray())}{Text(unsubAck.Properties)}";
                return parsed;
            case MqttPacketType.PingReq or MqttPacketType.PingResp:
                return EmptyPacket.TryParse(body, out error);
            case MqttPacketType.Disconnect:
                parsed = DisconnectPacket.TryParse(body, out DisconnectPacket disconnect, out error, version, fromServer);
                text += (version == MqttVersion.V5 ? $" reason={disconnect.ReasonCode}" : "") + Text(disconnect.Properties);
                return parsed;
            case MqttPacketType.Auth:
                parsed = AuthPacket.TryParse(body, out AuthPacket auth, out error);
                text += $" reason={auth.ReasonCode}{Text(auth.Properties)}";
                return parsed;
            default:
                parsed = AckPacket.TryParse(frame.Type, body, version, out AckPacket ack, out error);
                text += $" id={ack.PacketId}" + (version == MqttVersion.V5 ? $" reason={ack.ReasonCode}" : "") + Text(ack.Properties);
                return parsed;
        }
    }

    private static string Text(in ConnectPacket connect)
    {
        List<string> parts =
        [
            $"Connect level={connect.ProtocolLevel} clean={connect.CleanSession} keepalive={connect.KeepAliveSeconds}",
            $"id={Text(connect.ClientId)}",
        ];
        if (connect.HasWill)
        {
            parts.Add($"will={Text(connect.WillTopic)}:{Convert.ToHexString(connect.WillMessage)}");
            parts.Add($"qos={(int)connect.WillQoS} retain={connect.WillRetain}{Text(connect.WillProperties)}");
        }

        if (connect.HasUserName)
        {
            parts.Add($"user={Text(connect.UserName)}");
        }

        if (connect.HasPassword)
        {
            parts.Add($"password={Convert.ToHexString(connect.Password)}");
        }

        return string.Join(' ', parts) + Text(connect.Properties);
    }

    private static string Text(in SubscriptionOptions options)
        => (options.NoLocal ? ",nl" : "") + (options.RetainAsPublished ? ",rap" : "")
            + (options.RetainHandling == MqttRetainHandling.Send ? "" : $",{options.RetainHandling}");

    /// <summary>Nothing without properties, else <c> [a b]</c>.</summary>
    public static string Text(MqttProperties properties)
    {
        var parts = new List<string>();
        foreach (MqttProperty property in properties)
        {
            string value = property.Id switch
            {
                MqttPropertyId.UserProperty => $"{Text(property.Name)}:{Text(property.Value)}",
                MqttPropertyId.CorrelationData or MqttPropertyId.AuthenticationData => Convert.ToHexString(property.Value),
                MqttPropertyId.ContentType or MqttPropertyId.ResponseTopic or MqttPropertyId.AssignedClientIdentifier
                    or MqttPropertyId.AuthenticationMethod or MqttPropertyId.ResponseInformation or MqttPropertyId.ServerReference
                    or MqttPropertyId.ReasonString => Text(property.Value),
                _ => property.Number.ToString(),
            };
            parts.Add($"{property.Id}={value}");
        }

        return parts.Count == 0 ? "" : $" [{string.Join(' ', parts)}]";
    }

    private static string Text(ReadOnlySpan<byte> utf8) => $"'{Encoding.UTF8.GetString(utf8)}'";
}
