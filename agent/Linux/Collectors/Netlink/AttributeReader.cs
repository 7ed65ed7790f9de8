using System;
using System.IO;

namespace Defender.Agent.Linux.Collectors.Netlink;

/// <summary>Walks the attributes of a message: length, type, value, padding to four bytes.</summary>
/// <param name="attributes">What follows the message's own header.</param>
internal ref struct AttributeReader(ReadOnlySpan<byte> attributes)
{
    private const int HeaderBytes = 4;
    private const ushort TypeMask = 0x3FFF; // The rest says "nested" or "byte order of the network".

    private ReadOnlySpan<byte> _rest = attributes;

    /// <summary>The type of the attribute read last.</summary>
    public ushort Type { get; private set; }

    /// <summary>Its value.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Its value as a number of 32 bits.</summary>
    public readonly int Number => Value.Length == 4 ? BitConverter.ToInt32(Value) : throw Odd();

    /// <summary>Its value as text, which ends in a zero.</summary>
    public readonly ReadOnlySpan<byte> Text => Value.TrimEnd((byte)0);

    /// <returns>False at the end.</returns>
    /// <exception cref="IOException">The attributes do not add up.</exception>
    public bool TryRead()
    {
        if (_rest.IsEmpty)
            return false;
        int length = _rest.Length < HeaderBytes ? 0 : BitConverter.ToUInt16(_rest);
        if (length < HeaderBytes || length > _rest.Length)
            throw Odd();

        Type = (ushort)(BitConverter.ToUInt16(_rest[2..]) & TypeMask);
        Value = _rest[HeaderBytes..length];
        _rest = _rest[Math.Min(_rest.Length, (length + 3) & ~3)..];
        return true;
    }

    private static IOException Odd() => new("an attribute of a netlink message has a length that cannot be");
}
