using System;
using System.Buffers;
using System.Buffers.Binary;
using Defender.Mqtt.Topics;

namespace Defender.Mqtt.Packets;

public static partial class MqttWriter
{
    /// <summary>Writes a PUBLISH; its payload may reach the output in several pieces.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="packet">The message.</param>
    /// <param name="version">The version of the connection.</param>
    /// <exception cref="ArgumentException">The topic is not a topic name, QoS, DUP and packet identifier contradict each other, or the properties are not those of a PUBLISH.</exception>
    public static void WritePublish(IBufferWriter<byte> output, in PublishPacket packet, MqttVersion version = MqttVersion.V311)
    {
        bool isV5 = version == MqttVersion.V5;
        CheckPublish(packet, hasAlias: isV5 && packet.Properties.Contains(MqttPropertyId.TopicAlias));
        CheckProperties(packet.Properties, MqttPacketType.Publish);
        if (!isV5 && !packet.Properties.IsEmpty)
        {
            throw new ArgumentException("MQTT 3.1.1 has no properties.", nameof(packet));
        }

        Span<byte> span = BeginPublish(output, packet, isV5 ? SizeOf(packet.Properties) : 0, out int position);
        if (isV5)
        {
            Put(span, ref position, packet.Properties);
        }

        output.Advance(position);
        output.Write(packet.Payload);
    }

    /// <summary>
    /// Writes a PUBLISH of MQTT 5.0 that passes a message on: of the properties, which may also be those of a will, the ones that
    /// a server passes on, in their order, then the server's own.
    /// </summary>
    /// <param name="output">Where to.</param>
    /// <param name="packet">The message as it was published.</param>
    /// <param name="forwarding">What the server says of its own.</param>
    /// <exception cref="ArgumentException">As with every PUBLISH; also when a subscription identifier is out of range.</exception>
    public static void WritePublish(IBufferWriter<byte> output, in PublishPacket packet, in PublishForwarding forwarding)
    {
        CheckPublish(packet, hasAlias: forwarding.TopicAlias != 0);
        int length = packet.Properties.ForwardedLength + (forwarding.TopicAlias == 0 ? 0 : 1 + sizeof(ushort));
        foreach (uint identifier in forwarding.SubscriptionIdentifiers)
        {
            if (identifier is 0 or > MqttFraming.MaxRemainingLength)
            {
                throw new ArgumentException("A subscription identifier is 1 to 268,435,455.", nameof(forwarding));
            }

            length += 1 + SizeOf((int)identifier);
        }

        Span<byte> span = BeginPublish(output, packet, SizeOf(length) + length, out int position);
        PutVariableInteger(span, ref position, (uint)length);
        foreach (ReadOnlySpan<byte> property in packet.Properties.Forwarded)
        {
            property.CopyTo(span[position..]);
            if (property[0] == (byte)MqttPropertyId.MessageExpiryInterval && forwarding.MessageExpirySeconds is { } seconds)
            {
                BinaryPrimitives.WriteUInt32BigEndian(span[(position + 1)..], seconds);
            }

            position += property.Length;
        }

        if (forwarding.TopicAlias != 0)
        {
            span[position++] = (byte)MqttPropertyId.TopicAlias;
            Put(span, ref position, forwarding.TopicAlias);
        }

        foreach (uint identifier in forwarding.SubscriptionIdentifiers)
        {
            span[position++] = (byte)MqttPropertyId.SubscriptionIdentifier;
            PutVariableInteger(span, ref position, identifier);
        }

        output.Advance(position);
        output.Write(packet.Payload);
    }

    /// <summary>Writes everything up to the properties, for which there is room.</summary>
    private static Span<byte> BeginPublish(IBufferWriter<byte> output, in PublishPacket packet, int properties, out int position)
    {
        int flags = (packet.Dup ? PublishPacket.DupFlag : 0) | (int)packet.QoS << 1 | (packet.Retain ? PublishPacket.RetainFlag : 0);
        bool hasId = packet.QoS != MqttQoS.AtMostOnce;
        int variable = sizeof(ushort) + packet.Topic.Length + (hasId ? sizeof(ushort) : 0) + properties;
        Span<byte> span = Begin(
            output, MqttPacketType.Publish, flags, (long)variable + packet.Payload.Length, variable, out position);
        Put(span, ref position, packet.Topic);
        if (hasId)
        {
            Put(span, ref position, packet.PacketId);
        }

        return span;
    }

    private static void CheckPublish(in PublishPacket packet, bool hasAlias)
    {
        if (!TopicName.IsValid(packet.Topic) && !(hasAlias && packet.Topic.IsEmpty))
        {
            throw new ArgumentException("The topic must be 1 to 65,535 bytes of UTF-8 without U+0000, + and #.", nameof(packet));
        }

        bool hasId = packet.QoS != MqttQoS.AtMostOnce;
        if (packet.QoS > MqttQoS.ExactlyOnce || hasId != (packet.PacketId != 0) || (packet.Dup && !hasId))
        {
            throw new ArgumentException("QoS 1 and 2 have a packet identifier other than 0; QoS 0 has none and no DUP.", nameof(packet));
        }
    }
}
