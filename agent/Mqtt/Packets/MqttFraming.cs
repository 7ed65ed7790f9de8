using System;
using System.Buffers;

namespace Defender.Mqtt.Packets;

/// <summary>Cuts a byte stream into packets (MQTT 3.1.1, section 2.2; MQTT 5.0, section 2.1); stateless, allocates nothing.</summary>
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
    /// A remaining length written in more bytes than needed is accepted in MQTT 3.1.1, which does not forbid it, and malformed in
    /// MQTT 5.0 (v5 MQTT-1.5.5-1). AUTH exists in MQTT 5.0 only. Before CONNECT has settled the version it is MQTT 3.1.1.
    /// </remarks>
    /// <param name="buffer">What was received and not consumed.</param>
    /// <param name="maxPacketSize">The limit in bytes, fixed header included: 2 to <see cref="MaxPacketSize"/>.</param>
    /// <param name="frame">The packet, when the status is <see cref="MqttReadStatus.Complete"/>.</param>
    /// <param name="error">The broken rule, when the status is <see cref="MqttReadStatus.Malformed"/> or <see cref="MqttReadStatus.TooLarge"/>.</param>
    /// <param name="version">The version that CONNECT has settled.</param>
    public static MqttReadStatus TryReadFrame(
        in ReadOnlySequence<byte> buffer,
        int maxPacketSize,
        out MqttFrame frame,
        out MqttError error,
        MqttVersion version = MqttVersion.V311)
    {
        frame = default;
        error = default;
        ReadOnlySpan<byte> header = buffer.FirstSpan;
        if (header.Length < MaxHeaderSize && !buffer.IsSingleSegment)
        {
            Span<byte> copy = stackalloc byte[MaxHeaderSize];
            ReadOnlySequence<byte> start = buffer.Slice(0, Math.Min(MaxHeaderSize, buffer.Length));
            start.CopyTo(copy);
            return TryReadFrame(buffer, copy[..(int)start.Length], maxPacketSize, version, ref frame, ref error);
        }

        return TryReadFrame(buffer, header, maxPacketSize, version, ref frame, ref error);
    }

    private static MqttReadStatus TryReadFrame(
        in ReadOnlySequence<byte> buffer,
        scoped ReadOnlySpan<byte> header,
        int maxPacketSize,
        MqttVersion version,
        ref MqttFrame frame,
        ref MqttError error)
    {
        if (header.IsEmpty)
        {
            return MqttReadStatus.NeedMoreData;
        }

        error = CheckFirstByte(header[0], version);
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

        if (version == MqttVersion.V5 && size > 1 && header[size] == 0)
        {
            error = new(MqttErrorCode.RemainingLength, "The remaining length has more bytes than it needs.");
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

    private static MqttError CheckFirstByte(byte first, MqttVersion version)
    {
        int flags = first & 0x0F;
        switch ((MqttPacketType)(first >> 4))
        {
            case MqttPacketType.None:
            case MqttPacketType.Auth when version != MqttVersion.V5:
                return new(MqttErrorCode.ReservedPacketType, "Packet type 0 is reserved, and 15 in MQTT 3.1.1.");
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
