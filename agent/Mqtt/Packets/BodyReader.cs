using System;
using System.Buffers.Binary;
using System.Text.Unicode;

namespace Defender.Mqtt.Packets;

/// <summary>Reads the fields of a body front to back; the first error sticks, and every read after it fails.</summary>
internal ref struct BodyReader(ReadOnlySpan<byte> body)
{
    private ReadOnlySpan<byte> _rest = body;

    public MqttError Error { get; private set; }

    public readonly bool AtEnd => _rest.IsEmpty;

    public readonly int Left => _rest.Length;

    public bool Fail(MqttErrorCode code, string message) => Fail(new MqttError(code, message));

    public bool Fail(MqttError error)
    {
        if (!Error.IsError)
        {
            Error = error;
        }

        _rest = default;
        return false;
    }

    public bool TryReadByte(out byte value)
    {
        if (_rest.IsEmpty)
        {
            value = 0;
            return FailTruncated();
        }

        value = _rest[0];
        _rest = _rest[1..];
        return true;
    }

    public bool TryReadUInt16(out ushort value)
    {
        if (!BinaryPrimitives.TryReadUInt16BigEndian(_rest, out value))
        {
            return FailTruncated();
        }

        _rest = _rest[2..];
        return true;
    }

    public bool TryReadUInt32(out uint value)
    {
        if (!BinaryPrimitives.TryReadUInt32BigEndian(_rest, out value))
        {
            return FailTruncated();
        }

        _rest = _rest[4..];
        return true;
    }

    /// <summary>Seven bits a byte, at most four bytes and no more than the value needs (v5 section 1.5.5).</summary>
    public bool TryReadVariableInteger(out uint value)
    {
        value = 0;
        for (int size = 0; size < 4; size++)
        {
            if (!TryReadByte(out byte next))
            {
                return false;
            }

            value |= (uint)(next & 0x7F) << (7 * size);
            if ((next & 0x80) == 0)
            {
                return size == 0 || next != 0
                    || Fail(MqttErrorCode.VariableInteger, "A variable byte integer has more bytes than it needs.");
            }
        }

        return Fail(MqttErrorCode.VariableInteger, "A variable byte integer goes on after its fourth byte.");
    }

    public bool TryReadPacketId(out ushort packetId)
        => TryReadUInt16(out packetId)
            && (packetId != 0 || Fail(MqttErrorCode.PacketIdZero, "A packet identifier must not be zero."));

    /// <summary>Two bytes of length, then that many bytes (section 1.5.3 without the rules for text).</summary>
    public bool TryReadBinary(out ReadOnlySpan<byte> value)
    {
        value = default;
        return TryReadUInt16(out ushort length) && TryReadBytes(length, out value);
    }

    /// <summary>As many bytes as asked for.</summary>
    public bool TryReadBytes(int length, out ReadOnlySpan<byte> value)
    {
        if (_rest.Length < length)
        {
            value = default;
            return FailTruncated();
        }

        value = _rest[..length];
        _rest = _rest[length..];
        return true;
    }

    /// <summary>A UTF-8 string: no ill-formed sequence, hence no surrogate, and no U+0000 (section 1.5.3).</summary>
    public bool TryReadString(out ReadOnlySpan<byte> value) => TryReadBinary(out value) && CheckText(value);

    /// <summary>Whether bytes that were read are a UTF-8 string.</summary>
    public bool CheckText(scoped ReadOnlySpan<byte> value)
    {
        if (!Utf8.IsValid(value))
        {
            return Fail(MqttErrorCode.InvalidUtf8, "A string is not well-formed UTF-8.");
        }

        return !value.Contains((byte)0) || Fail(MqttErrorCode.NullCharacter, "A string must not hold U+0000.");
    }

    public ReadOnlySpan<byte> ReadRest()
    {
        ReadOnlySpan<byte> rest = _rest;
        _rest = default;
        return rest;
    }

    public bool TryEnd()
        => !Error.IsError && (AtEnd || Fail(MqttErrorCode.ExcessBytes, "Bytes are left after the last field of the packet."));

    private bool FailTruncated() => Fail(MqttErrorCode.Truncated, "The packet ends inside a field.");
}
