using System;
using System.Buffers;
using Defender.Mqtt.Topics;

namespace Defender.Mqtt.Packets;

public static partial class MqttWriter
{
    /// <summary>Writes a PUBLISH; its payload may reach the output in several pieces.</summary>
    /// <exception cref="ArgumentException">The topic is not a topic name, or QoS, DUP and packet identifier contradict each other.</exception>
    public static void WritePublish(IBufferWriter<byte> output, in PublishPacket packet)
    {
        if (!TopicName.IsValid(packet.Topic))
        {
            throw new ArgumentException("The topic must be 1 to 65,535 bytes of UTF-8 without U+0000, + and #.", nameof(packet));
        }

        bool hasId = packet.QoS != MqttQoS.AtMostOnce;
        if (packet.QoS > MqttQoS.ExactlyOnce || hasId != (packet.PacketId != 0) || (packet.Dup && !hasId))
        {
            throw new ArgumentException("QoS 1 and 2 have a packet identifier other than 0; QoS 0 has none and no DUP.", nameof(packet));
        }

        int flags = (packet.Dup ? PublishPacket.DupFlag : 0) | (int)packet.QoS << 1 | (packet.Retain ? PublishPacket.RetainFlag : 0);
        int variable = sizeof(ushort) + packet.Topic.Length + (hasId ? sizeof(ushort) : 0);
        Span<byte> span = Begin(
            output, MqttPacketType.Publish, flags, (long)variable + packet.Payload.Length, variable, out int position);
        Put(span, ref position, packet.Topic);
        if (hasId)
        {
            Put(span, ref position, packet.PacketId);
        }

        output.Advance(position);
        output.Write(packet.Payload);
    }
}
