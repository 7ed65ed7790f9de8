using System;
using System.Buffers;

namespace Defender.Mqtt.Packets;

public static partial class MqttWriter
{
    /// <summary>Writes a CONNACK of MQTT 3.1.1: 4 bytes.</summary>
    /// <exception cref="ArgumentException">It refuses and claims a session.</exception>
    public static void WriteConnAck(IBufferWriter<byte> output, ConnectReturnCode code, bool sessionPresent = false)
    {
        if (sessionPresent && code != ConnectReturnCode.Accepted)
        {
            throw new ArgumentException("A CONNACK that refuses has no session (MQTT-3.2.2-4).", nameof(sessionPresent));
        }

        Span<byte> bytes = [(byte)MqttPacketType.ConnAck << 4, 2, sessionPresent ? (byte)1 : (byte)0, (byte)code];
        output.Write(bytes);
    }

    /// <summary>Writes a PUBACK: 4 bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The packet identifier is zero; so with all packets that have one.</exception>
    public static void WritePubAck(IBufferWriter<byte> output, ushort packetId) => WriteAck(output, MqttPacketType.PubAck, 0, packetId);

    /// <summary>Writes a PUBREC: 4 bytes.</summary>
    public static void WritePubRec(IBufferWriter<byte> output, ushort packetId) => WriteAck(output, MqttPacketType.PubRec, 0, packetId);

    /// <summary>Writes a PUBREL: 4 bytes.</summary>
    public static void WritePubRel(IBufferWriter<byte> output, ushort packetId) => WriteAck(output, MqttPacketType.PubRel, 2, packetId);

    /// <summary>Writes a PUBCOMP: 4 bytes.</summary>
    public static void WritePubComp(IBufferWriter<byte> output, ushort packetId) => WriteAck(output, MqttPacketType.PubComp, 0, packetId);

    /// <summary>Writes an UNSUBACK of MQTT 3.1.1: 4 bytes.</summary>
    public static void WriteUnsubAck(IBufferWriter<byte> output, ushort packetId) => WriteAck(output, MqttPacketType.UnsubAck, 0, packetId);

    /// <summary>Writes a PINGREQ: 2 bytes.</summary>
    public static void WritePingReq(IBufferWriter<byte> output) => WriteEmpty(output, MqttPacketType.PingReq);

    /// <summary>Writes a PINGRESP: 2 bytes.</summary>
    public static void WritePingResp(IBufferWriter<byte> output) => WriteEmpty(output, MqttPacketType.PingResp);

    /// <summary>Writes a DISCONNECT: 2 bytes, in MQTT 5.0 a normal one.</summary>
    public static void WriteDisconnect(IBufferWriter<byte> output) => WriteEmpty(output, MqttPacketType.Disconnect);

    /// <summary>Writes a CONNACK of MQTT 5.0.</summary>
    /// <exception cref="ArgumentException">It refuses and claims a session, the reason is none of CONNACK, or the properties are not.</exception>
    public static void WriteConnAck(
        IBufferWriter<byte> output, MqttReasonCode reason, bool sessionPresent = false, MqttProperties properties = default)
    {
        if (sessionPresent && reason != MqttReasonCode.Success)
        {
            throw new ArgumentException("A CONNACK that refuses has no session (v5 MQTT-3.2.2-6).", nameof(sessionPresent));
        }

        CheckReason(MqttPacketType.ConnAck, reason);
        CheckProperties(properties, MqttPacketType.ConnAck);
        int remaining = 2 + SizeOf(properties);
        Span<byte> span = Begin(output, MqttPacketType.ConnAck, 0, remaining, remaining, out int position);
        span[position++] = sessionPresent ? (byte)1 : (byte)0;
        span[position++] = (byte)reason;
        Put(span, ref position, properties);
        output.Advance(position);
    }

    /// <summary>Writes a PUBACK of MQTT 5.0: 4 bytes for success without properties, else the reason and what there is.</summary>
    /// <exception cref="ArgumentException">The packet identifier is zero, the reason is none of the packet, or the properties are not; so with PUBREC, PUBREL and PUBCOMP.</exception>
    public static void WritePubAck(IBufferWriter<byte> output, ushort packetId, MqttReasonCode reason, MqttProperties properties = default)
        => WriteAck(output, MqttPacketType.PubAck, 0, packetId, reason, properties);

    /// <summary>Writes a PUBREC of MQTT 5.0.</summary>
    public static void WritePubRec(IBufferWriter<byte> output, ushort packetId, MqttReasonCode reason, MqttProperties properties = default)
        => WriteAck(output, MqttPacketType.PubRec, 0, packetId, reason, properties);

    /// <summary>Writes a PUBREL of MQTT 5.0.</summary>
    public static void WritePubRel(IBufferWriter<byte> output, ushort packetId, MqttReasonCode reason, MqttProperties properties = default)
        => WriteAck(output, MqttPacketType.PubRel, 2, packetId, reason, properties);

    /// <summary>Writes a PUBCOMP of MQTT 5.0.</summary>
    public static void WritePubComp(IBufferWriter<byte> output, ushort packetId, MqttReasonCode reason, MqttProperties properties = default)
        => WriteAck(output, MqttPacketType.PubComp, 0, packetId, reason, properties);

    /// <summary>Writes a DISCONNECT of MQTT 5.0: 2 bytes for a normal one without properties.</summary>
    /// <exception cref="ArgumentException">The reason is none of DISCONNECT, or the properties are not.</exception>
    public static void WriteDisconnect(IBufferWriter<byte> output, MqttReasonCode reason, MqttProperties properties = default)
        => WriteReason(output, MqttPacketType.Disconnect, reason, properties);

    /// <summary>Writes an AUTH of MQTT 5.0: 2 bytes for success without properties.</summary>
    /// <exception cref="ArgumentException">The reason is none of AUTH, or the properties are not or lack the method.</exception>
    public static void WriteAuth(IBufferWriter<byte> output, MqttReasonCode reason, MqttProperties properties = default)
    {
        bool isEmpty = reason == MqttReasonCode.Success && properties.IsEmpty;
        if (!isEmpty && !properties.Contains(MqttPropertyId.AuthenticationMethod))
        {
            throw new ArgumentException("AUTH needs an authentication method.", nameof(properties));
        }

        WriteReason(output, MqttPacketType.Auth, reason, properties);
    }

    private static void WriteReason(IBufferWriter<byte> output, MqttPacketType type, MqttReasonCode reason, in MqttProperties properties)
    {
        CheckReason(type, reason);
        CheckProperties(properties, type);
        if (reason == MqttReasonCode.Success && properties.IsEmpty)
        {
            WriteEmpty(output, type);
            return;
        }

        // DISCONNECT could leave an empty property section out, AUTH could not.
        int remaining = 1 + SizeOf(properties);
        Span<byte> span = Begin(output, type, 0, remaining, remaining, out int position);
        span[position++] = (byte)reason;
        Put(span, ref position, properties);
        output.Advance(position);
    }

    private static void WriteAck(
        IBufferWriter<byte> output, MqttPacketType type, int flags, ushort packetId, MqttReasonCode reason, in MqttProperties properties)
    {
        ArgumentOutOfRangeException.ThrowIfZero(packetId);
        CheckReason(type, reason);
        CheckProperties(properties, type);
        // Section 3.4.2: success need not be said, nor that there are no properties.
        bool hasProperties = !properties.IsEmpty;
        bool hasReason = hasProperties || reason != MqttReasonCode.Success;
        int remaining = sizeof(ushort) + (hasReason ? 1 : 0) + (hasProperties ? SizeOf(properties) : 0);
        Span<byte> span = Begin(output, type, flags, remaining, remaining, out int position);
        Put(span, ref position, packetId);
        if (hasReason)
        {
            span[position++] = (byte)reason;
        }

        if (hasProperties)
        {
            Put(span, ref position, properties);
        }

        output.Advance(position);
    }

    private static void CheckReason(MqttPacketType type, MqttReasonCode reason)
    {
        if (!ReasonCodes.IsValid(type, reason))
        {
            throw new ArgumentException($"{type.Word()} has no reason code {reason.Word()}.", nameof(reason));
        }
    }

    private static void WriteEmpty(IBufferWriter<byte> output, MqttPacketType type)
    {
        Span<byte> bytes = [(byte)((byte)type << 4), 0];
        output.Write(bytes);
    }

    private static void WriteAck(IBufferWriter<byte> output, MqttPacketType type, byte flags, ushort packetId)
    {
        ArgumentOutOfRangeException.ThrowIfZero(packetId);
        Span<byte> bytes = [(byte)((byte)type << 4 | flags), 2, (byte)(packetId >> 8), (byte)packetId];
        output.Write(bytes);
    }
}
