using System;
using System.Buffers;
using Defender.Mqtt.Packets;

namespace Defender.Mqtt.Client;

/// <summary>A packet of the client that is not written yet. One type for all of them, so that what sends them is compiled once.</summary>
internal readonly struct OutgoingPacket
{
    /// <summary>CONNECT, PUBLISH, PUBACK, SUBSCRIBE, UNSUBSCRIBE, PINGREQ or DISCONNECT.</summary>
    public required MqttPacketType Type { get; init; }

    public MqttVersion Version { get; init; }

    /// <summary>Of those that are acknowledged, and of PUBACK.</summary>
    public ushort PacketId { get; init; }

    public MqttQoS QoS { get; init; }

    public ReadOnlyMemory<byte> Topic { get; init; }

    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>Of SUBSCRIBE and UNSUBSCRIBE.</summary>
    public string? Filter { get; init; }

    /// <summary>Of CONNECT.</summary>
    public MqttClientOptions? Options { get; init; }

    /// <summary>Of DISCONNECT.</summary>
    public MqttReasonCode Reason { get; init; }

    public void WriteTo(IBufferWriter<byte> output)
    {
        switch (Type)
        {
            case MqttPacketType.Connect:
                MqttClient.WriteConnect(output, Options!);
                break;
            case MqttPacketType.Publish:
                MqttWriter.WritePublish(
                    output, new PublishPacket { Topic = Topic.Span, Payload = Payload.Span, QoS = QoS, PacketId = PacketId }, Version);
                break;
            case MqttPacketType.PubAck:
                MqttWriter.WritePubAck(output, PacketId);
                break;
            case MqttPacketType.Subscribe when Version == MqttVersion.V5:
                MqttWriter.WriteSubscribe(output, PacketId, default(MqttProperties), (Filter!, new SubscriptionOptions(QoS)));
                break;
            case MqttPacketType.Subscribe:
                MqttWriter.WriteSubscribe(output, PacketId, (Filter!, QoS));
                break;
            case MqttPacketType.Unsubscribe when Version == MqttVersion.V5:
                MqttWriter.WriteUnsubscribe(output, PacketId, default(MqttProperties), Filter!);
                break;
            case MqttPacketType.Unsubscribe:
                MqttWriter.WriteUnsubscribe(output, PacketId, Filter!);
                break;
            case MqttPacketType.PingReq:
                MqttWriter.WritePingReq(output);
                break;
            case MqttPacketType.Disconnect when Reason != MqttReasonCode.Success:
                MqttWriter.WriteDisconnect(output, Reason);
                break;
            case MqttPacketType.Disconnect:
                MqttWriter.WriteDisconnect(output);
                break;
            default:
                throw new InvalidOperationException($"A client sends no {Type.Word()}.");
        }
    }
}
