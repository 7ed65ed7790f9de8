using System;
using System.Buffers;
using System.Buffers.Binary;

namespace Defender.Mqtt.Packets;

/// <summary>
/// Writes packets of MQTT 3.1.1 and 5.0, each in one piece, allocating nothing of its own. Arguments that no packet can carry are bugs of
/// the caller and throw before a byte is written.
/// </summary>
public static partial class MqttWriter
{
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
        PutVariableInteger(span, ref position, (uint)remaining);
        return span;
    }

    /// <summary>Seven bits a byte, as few bytes as the value needs.</summary>
    internal static void PutVariableInteger(Span<byte> span, ref int position, uint value)
    {
        do
        {
            uint digit = value & 0x7F;
            value >>= 7;
            span[position++] = (byte)(value == 0 ? digit : digit | 0x80);
        }
        while (value != 0);
    }

    internal static void Put(Span<byte> span, ref int position, ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(span[position..], value);
        position += sizeof(ushort);
    }

    /// <summary>Length and bytes of a field whose length was checked before.</summary>
    internal static void Put(Span<byte> span, ref int position, ReadOnlySpan<byte> value)
    {
        Put(span, ref position, (ushort)value.Length);
        value.CopyTo(span[position..]);
        position += value.Length;
    }

    /// <summary>Bytes of a variable byte integer.</summary>
    internal static int SizeOf(int value) => value < 1 << 7 ? 1 : value < 1 << 14 ? 2 : value < 1 << 21 ? 3 : 4;

    /// <summary>Bytes of the properties and of the length in front of them.</summary>
    private static int SizeOf(in MqttProperties properties) => SizeOf(properties.Bytes.Length) + properties.Bytes.Length;

    private static void Put(Span<byte> span, ref int position, in MqttProperties properties)
    {
        PutVariableInteger(span, ref position, (uint)properties.Bytes.Length);
        properties.Bytes.CopyTo(span[position..]);
        position += properties.Bytes.Length;
    }

    /// <summary>Properties were checked when they were made; what remains is whether they were made for this packet.</summary>
    private static void CheckProperties(in MqttProperties properties, MqttPacketType owner)
    {
        if (!properties.IsEmpty && properties.Owner != owner)
        {
            throw new ArgumentException(
                owner == PropertyTable.Will ? "The properties are not those of a will." : $"The properties are not those of {owner.Word()}.",
                nameof(properties));
        }

        if (properties.Contains(MqttPropertyId.AuthenticationData) && !properties.Contains(MqttPropertyId.AuthenticationMethod))
        {
            throw new ArgumentException("Authentication data needs an authentication method.", nameof(properties));
        }
    }
}
