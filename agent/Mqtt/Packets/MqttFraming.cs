using System;
using System.Buffers;

namespace Defender.Mqtt.Packets;

/// <summary>Cuts a byte stream into packets (MQTT 3.1.1, section 2.2); stateless, allocates nothing.</summary>
public static class MqttFraming
{
    /// <summary>The longest packet that the encoding allows, in bytes: five of fixed header and 268,435,455 of body.</summary>
    public const int MaxPacketSize = MaxHeaderSize + MaxRemainingLength;

    internal const int MaxRemainingLength = 268_435_455;
    internal const int MaxHeaderSize = 1 + 4;

    /// <summary>Reads the packet at the start of a buffer.</summary>
    /// <remarks>
    /// A first byte that cannot start a packet is refused when it arrives, and a packet over the limit when its length has arrived.
    /// The frame's type and flags are set as soon as the first byte is valid, also when more data is needed: a server can refuse
    /// a connection that does not start with CONNECT by its first byte.
    /// A remaining length written in more bytes than needed is accepted: MQTT 3.1.1 does not forbid it.
    /// </remarks>
    /// <param name="buffer">What was received and not consumed.</param>
    /// <param name="maxPacketSize">The limit in bytes, fixed header included: 2 to <see cref="MaxPacketSize"/>.</param>
    /// <param name="frame">The packet, when the status is <see cref="MqttReadStatus.Complete"/>.</param>
    /// <param name="error">The broken rule, when the status is <see cref="MqttReadStatus.Malformed"/> or <see cref="MqttReadStatus.TooLarge"/>.</param>
    public static MqttReadStatus TryReadFrame(
        in ReadOnlySequence<byte> buffer, int maxPacketSize, out MqttFrame frame, out MqttError error)
    {
        frame = default;
        error = default;
        ReadOnlySpan<byte> header = buffer.FirstSpan;
        if (header.Length < MaxHeaderSize && !buffer.IsSingleSegment)
        {
            Span<byte> copy = stackalloc byte[MaxHeaderSize];
            ReadOnlySequence<byte> start = buffer.Slice(0, Math.Min(MaxHeaderSize, buffer.Length));
            start.CopyTo(copy);
            return TryReadFrame(buffer, copy[..(int)start.Length], maxPacketSize, ref frame, ref error);
        }

        return TryReadFrame(buffer, header, maxPacketSize, ref frame, ref error);
    }

    private static MqttReadStatus TryReadFrame(
        in ReadOnlySequence<byte> buffer, scoped ReadOnlySpan<byte> header, int maxPacketSize, ref MqttFrame frame, ref MqttError error)
    {
        if (header.IsEmpty)
        {
            return MqttReadStatus.NeedMoreData;
        }

        error = CheckFirstByte(header[0]);
        if (error.IsError)
        {
            return MqttReadStatus.Malformed;
        }

        frame = new MqttFrame(header[0], default, 0);
        switch (TryReadRemainingLength(header[1..], out int remaining, out int size))
        {
            case MqttReadStatus.NeedMoreData:
                return MqttReadStatus.NeedMoreData;
            case MqttReadStatus.Malformed:
                error = new(MqttErrorCode.RemainingLength, "The remaining length goes on after its fourth byte.");
                return MqttReadStatus.Malformed;
        }

        int length = 1 + size + remaining;
        if (length > maxPacketSize)
        {
            error = new(MqttErrorCode.PacketTooLarge, "The packet is longer than the receiver allows.");
            return MqttReadStatus.TooLarge;
        }

        if (buffer.Length < length)
        {
            return MqttReadStatus.NeedMoreData;
        }

        frame = new MqttFrame(header[0], buffer.Slice(1 + size, remaining), length);
        return MqttReadStatus.Complete;
    }

    private static MqttReadStatus TryReadRemainingLength(scoped ReadOnlySpan<byte> bytes, out int value, out int size)
    {
        value = 0;
        for (size = 0; size < bytes.Length && size < 4;)
        {
            byte next = bytes[size];
            value |= (next & 0x7F) << (7 * size);
            size++;
            if ((next & 0x80) == 0)
            {
                return MqttReadStatus.Complete;
            }
        }

        return size < 4 ? MqttReadStatus.NeedMoreData : MqttReadStatus.Malformed;
    }

    private static MqttError CheckFirstByte(byte first)
    {
        int flags = first & 0x0F;
        switch ((MqttPacketType)(first >> 4))
        {
            case MqttPacketType.None:
            case > MqttPacketType.Disconnect:
                return new(MqttErrorCode.ReservedPacketType, "Packet types 0 and 15 are reserved in MQTT 3.1.1.");
            case MqttPacketType.Publish:
                return PublishPacket.CheckFlags((byte)flags);
            case MqttPacketType.PubRel or MqttPacketType.Subscribe or MqttPacketType.Unsubscribe:
                return flags == 2
                    ? default
                    : new(MqttErrorCode.ReservedFlags, "The flags of PUBREL, SUBSCRIBE and UNSUBSCRIBE must be 0010.");
            default:
                return flags == 0 ? default : new(MqttErrorCode.ReservedFlags, "The flags of this packet type must be 0000.");
        }
    }
}
