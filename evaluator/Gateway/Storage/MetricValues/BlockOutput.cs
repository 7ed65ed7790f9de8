using System;
using System.Buffers;

namespace Defender.Gateway.Storage.MetricValues;

/// <summary>Writes into a buffer that keeps its memory from block to block.</summary>
internal readonly struct BlockOutput(ArrayBufferWriter<byte> buffer)
{
    /// <summary>64 bits in groups of seven.</summary>
    private const int MaxNumberLength = 10;

    public int Length => buffer.WrittenCount;

    public ReadOnlySpan<byte> Written => buffer.WrittenSpan;

    public void Clear() => buffer.ResetWrittenCount();

    public void Byte(byte value) => Take(1)[0] = value;

    public void Number(ulong value)
    {
        Span<byte> bytes = buffer.GetSpan(MaxNumberLength);
        int length = 0;
        for (; value >= 0x80; value >>= 7)
            bytes[length++] = (byte)(value | 0x80);
        bytes[length++] = (byte)value;
        buffer.Advance(length);
    }

    public void Signed(long value) => Number(ToZigzag(value));

    public void Bytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    /// <summary>The next bytes, to be written by the caller; what they hold before is anything.</summary>
    public Span<byte> Take(int length)
    {
        Span<byte> taken = buffer.GetSpan(length)[..length];
        buffer.Advance(length);
        return taken;
    }

    /// <summary>How many bytes <see cref="Signed"/> writes.</summary>
    public static int LengthOfSigned(long value)
    {
        int length = 1;
        for (ulong rest = ToZigzag(value) >> 7; rest > 0; rest >>= 7)
            length++;
        return length;
    }

    public static ulong ToZigzag(long value) => (ulong)(value << 1 ^ value >> 63);

    public static long FromZigzag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);
}
