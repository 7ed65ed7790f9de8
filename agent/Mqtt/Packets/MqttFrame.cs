using System;
using System.Buffers;

namespace Defender.Mqtt.Packets;

/// <summary>One packet as cut out of the byte stream, its body not yet parsed; valid as long as the buffer it was read from.</summary>
public readonly struct MqttFrame
{
    internal MqttFrame(byte first, ReadOnlySequence<byte> body, int length)
    {
        Type = (MqttPacketType)(first >> 4);
        Flags = (byte)(first & 0x0F);
        Body = body;
        Length = length;
    }

    /// <summary>The packet type; <see cref="MqttPacketType.None"/> while not even the first byte has come.</summary>
    public MqttPacketType Type { get; }

    /// <summary>The low four bits of the first byte, already checked against the type.</summary>
    public byte Flags { get; }

    /// <summary>All bytes after the fixed header.</summary>
    public ReadOnlySequence<byte> Body { get; }

    /// <summary>Where the next packet starts in the buffer.</summary>
    public SequencePosition End => Body.End;

    /// <summary>Bytes of the whole packet, fixed header included: 2 to 268,435,460.</summary>
    public int Length { get; }

    /// <summary>Gives the body as one span; only a body that straddles segments is copied, into a pooled array that dispose returns.</summary>
    public MqttBody OpenBody() => new(Body);
}
