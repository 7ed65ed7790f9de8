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

    public static string Read(byte[] bytes) => Read(new ReadOnlySequence<byte>(bytes));

    /// <summary>The first packet, or the status and the broken rule.</summary>
    public static string Read(in ReadOnlySequence<byte> bytes)
    {
        MqttReadStatus status = MqttFraming.TryReadFrame(bytes, Limit, out MqttFrame frame, out MqttError error);
        return status switch
        {
            MqttReadStatus.Complete => Read(frame),
            MqttReadStatus.NeedMoreData => "NeedMoreData",
            _ => $"{status} {error.Code}",
        };
    }

    public static string Read(in MqttFrame frame)
    {
        using MqttBody body = frame.OpenBody();
        bool parsed = TryRead(frame, body.Span, out string text, out MqttError error);
        if (parsed == error.IsError)
        {
            throw new InvalidOperationException($"{frame.Type}: the result is {parsed}, the error is {error}");
        }

        return parsed ? text : $"Invalid {error.Code}";
    }

    private static bool TryRead(in MqttFrame frame, ReadOnlySpan<byte> body, out string text, out MqttError error)
    {
        bool parsed;
        text = frame.Type.ToString();
        switch (frame.Type)
        {
            case MqttPacketType.Connect:
                parsed = ConnectPacket.TryParse(body, out ConnectPacket connect, out error);
                text = parsed ? Text(connect) : text;
                return parsed;
            case MqttPacketType.ConnAck:
                parsed = ConnAckPacket.TryParse(body, out ConnAckPacket connAck, out error);
                text += $" session={connAck.SessionPresent} code={connAck.ReturnCode}";
                return parsed;
            case MqttPacketType.Publish:
                parsed = PublishPacket.TryParse(frame.Flags, body, out PublishPacket publish, out error);
                text += $" {Text(publish.Topic)} {Convert.ToHexString(publish.Payload)} qos={(int)publish.QoS} dup={publish.Dup}"
                    + $" retain={publish.Retain} id={publish.PacketId}";
                return parsed;
            case MqttPacketType.Subscribe:
                parsed = SubscribePacket.TryParse(body, out SubscribePacket subscribe, out error);
                text += $" id={subscribe.PacketId} count={subscribe.Count}";
                foreach (TopicSubscription subscription in subscribe)
                {
                    text += $" {Text(subscription.Filter)}:{(int)subscription.QoS}";
                }

                return parsed;
            case MqttPacketType.Unsubscribe:
                parsed = UnsubscribePacket.TryParse(body, out UnsubscribePacket unsubscribe, out error);
                text += $" id={unsubscribe.PacketId} count={unsubscribe.Count}";
                foreach (ReadOnlySpan<byte> filter in unsubscribe)
                {
                    text += $" {Text(filter)}";
                }

                return parsed;
            case MqttPacketType.SubAck:
                parsed = SubAckPacket.TryParse(body, out SubAckPacket subAck, out error);
                text += $" id={subAck.PacketId} codes={Convert.ToHexString(subAck.ReturnCodes)}";
                return parsed;
            case MqttPacketType.PingReq or MqttPacketType.PingResp or MqttPacketType.Disconnect:
                return EmptyPacket.TryParse(body, out error);
            default:
                parsed = AckPacket.TryParse(body, out AckPacket ack, out error);
                text += $" id={ack.PacketId}";
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
            parts.Add($"qos={(int)connect.WillQoS} retain={connect.WillRetain}");
        }

        if (connect.HasUserName)
        {
            parts.Add($"user={Text(connect.UserName)}");
        }

        if (connect.HasPassword)
        {
            parts.Add($"password={Convert.ToHexString(connect.Password)}");
        }

        return string.Join(' ', parts);
    }

    private static string Text(ReadOnlySpan<byte> utf8) => $"'{Encoding.UTF8.GetString(utf8)}'";
}
