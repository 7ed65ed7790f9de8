using System;
using System.Buffers;
using System.Buffers.Binary;

namespace Defender.Mqtt.Packets;

/// <summary>
/// Writes packets of MQTT 3.1.1, each in one piece, allocating nothing of its own. Arguments that no packet can carry are bugs of
/// the caller and throw before a byte is written.
/// </summary>
public static partial class MqttWriter
{
    /// <summary>Writes a CONNACK: 4 bytes.</summary>
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

    /// <summary>Writes an UNSUBACK: 4 bytes.</summary>
    public static void WriteUnsubAck(IBufferWriter<byte> output, ushort packetId) => WriteAck(output, MqttPacketType.UnsubAck, 0, packetId);

    /// <summary>Writes a PINGREQ: 2 bytes.</summary>
    public static void WritePingReq(IBufferWriter<byte> output) => WriteEmpty(output, MqttPacketType.PingReq);

    /// <summary>Writes a PINGRESP: 2 bytes.</summary>
    public static void WritePingResp(IBufferWriter<byte> output) => WriteEmpty(output, MqttPacketType.PingResp);

    /// <summary>Writes a DISCONNECT: 2 bytes.</summary>
    public static void WriteDisconnect(IBufferWriter<byte> output) => WriteEmpty(output, MqttPacketType.Disconnect);

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

    /// <summary>Starts a packet: the span holds the fixed header and has room for <paramref name="room"/> bytes behind it.</summary>
    private static Span<byte> Begin(IBufferWriter<byte> output, MqttPacketType type, int flags, long remaining, int room, out int position)
    {
        if (remaining > MqttFraming.MaxRemainingLength)
        {
            throw new ArgumentException($"A packet of {remaining} bytes is longer than MQTT allows.", nameof(remaining));
        }

        Span<byte> span = output.GetSpan(MqttFraming.MaxHeaderSize + room);
        span[0] = (byte)((byte)type << 4 | flags);
        position = 1;
        uint rest = (uint)remaining;
        do
        {
            uint digit = rest & 0x7F;
            rest >>= 7;
            span[position++] = (byte)(rest == 0 ? digit : digit | 0x80);
        }
        while (rest != 0);
        return span;
    }

    private static void Put(Span<byte> span, ref int position, ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(span[position..], value);
        position += sizeof(ushort);
    }

    /// <summary>Length and bytes of a field whose length was checked before.</summary>
    private static void Put(Span<byte> span, ref int position, ReadOnlySpan<byte> value)
    {
        Put(span, ref position, (ushort)value.Length);
        value.CopyTo(span[position..]);
        position += value.Length;
    }
}
