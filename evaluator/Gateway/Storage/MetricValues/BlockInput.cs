using System;

namespace Defender.Gateway.Storage.MetricValues;

/// <summary>Reads bytes without trust in them: after the first fault every read answers zero or nothing.</summary>
internal ref struct BlockInput(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public bool Failed { get; private set; }

    public readonly int Left => _rest.Length;

    /// <summary>Whether all bytes were read, and none of them was refused.</summary>
    public readonly bool AtEnd => !Failed && _rest.IsEmpty;

    public byte Byte()
    {
        ReadOnlySpan<byte> one = Take(1);
        return one.IsEmpty ? (byte)0 : one[0];
    }

    public ulong Number()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte group = Byte();
            value |= (ulong)(group & 0x7F) << shift;
            if (group < 0x80)
                return value;
        }

        Refuse();
        return 0;
    }

    public long Signed() => BlockOutput.FromZigzag(Number());

    /// <summary>A number of at most <paramref name="most"/>, which is 0 or more.</summary>
    public int Within(int most)
    {
        ulong value = Number();
        if (value <= (ulong)most)
            return (int)value;
        Refuse();
        return 0;
    }

    public ReadOnlySpan<byte> Take(int length)
    {
        if (Failed || length < 0 || length > _rest.Length)
        {
            Refuse();
            return default;
        }

        ReadOnlySpan<byte> taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    public void Refuse()
    {
        Failed = true;
        _rest = default;
    }
}
