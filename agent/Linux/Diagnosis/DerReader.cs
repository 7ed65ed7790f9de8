using System;

namespace Defender.Agent.Linux.Diagnosis;

/// <summary>Walks over the elements of a DER encoding (X.690). Short enough to be read, and the agent needs no library for it.</summary>
internal ref struct DerReader(ReadOnlySpan<byte> der)
{
    public const byte Integer = 0x02;
    public const byte BitString = 0x03;
    public const byte OctetString = 0x04;
    public const byte ObjectIdentifier = 0x06;
    public const byte UtcTime = 0x17;
    public const byte GeneralizedTime = 0x18;
    public const byte Sequence = 0x30;

    /// <summary>[0] and [1], constructed.</summary>
    public const byte Context0 = 0xA0;
    public const byte Context1 = 0xA1;

    private ReadOnlySpan<byte> _rest = der;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>The tag of the next element; 0 at the end.</summary>
    public readonly byte NextTag => _rest.IsEmpty ? (byte)0 : _rest[0];

    /// <summary>Takes the next element, if it has this tag.</summary>
    public bool TryRead(byte tag, out ReadOnlySpan<byte> content)
    {
        content = default;
        return NextTag == tag && TryReadAny(out content);
    }

    /// <summary>Takes the next element.</summary>
    public bool TryReadAny(out ReadOnlySpan<byte> content)
    {
        content = default;
        if (_rest.Length < 2)
            return false;

        int length = _rest[1];
        int header = 2;
        if (length >= 0x80)
        {
            // A length of its own: at most three bytes, more than any certificate has.
            int bytes = length & 0x7F;
            if (bytes is 0 or > 3 || _rest.Length < 2 + bytes)
                return false;
            length = 0;
            for (int i = 0; i < bytes; i++)
                length = (length << 8) | _rest[2 + i];
            header += bytes;
        }

        if (length > _rest.Length - header)
            return false;
        content = _rest.Slice(header, length);
        _rest = _rest[(header + length)..];
        return true;
    }
}
