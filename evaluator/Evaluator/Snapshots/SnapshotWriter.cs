using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Defender.Evaluator.Snapshots;

/// <summary>
/// Writes the parts that all saved state is made of: bytes, little-endian 64-bit values, unsigned LEB128 numbers,
/// zigzag for signed ones, UTF-8 strings behind their length.
/// </summary>
internal readonly struct SnapshotWriter(IBufferWriter<byte> output)
{
    public void Byte(byte value) => output.Write([value]);

    public void UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(output.GetSpan(sizeof(ulong)), value);
        output.Advance(sizeof(ulong));
    }

    public void Double(double value) => UInt64(BitConverter.DoubleToUInt64Bits(value));

    public void Number(ulong value)
    {
        Span<byte> bytes = output.GetSpan(SnapshotReader.MaxNumberLength);
        int length = 0;
        for (; value >= 0x80; value >>= 7)
            bytes[length++] = (byte)(value | 0x80);
        bytes[length++] = (byte)value;
        output.Advance(length);
    }

    public void Signed(long value) => Number((ulong)(value << 1 ^ value >> 63));

    public void String(string value)
    {
        int length = Encoding.UTF8.GetByteCount(value);
        Number((ulong)length);
        Encoding.UTF8.GetBytes(value, output.GetSpan(length));
        output.Advance(length);
    }
}
