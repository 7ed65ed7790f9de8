using System;
using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Defender.Evaluator.Snapshots;

/// <summary>
/// Reads what <see cref="SnapshotWriter"/> wrote, without trust in it: the first fault is kept in <see cref="Error"/>,
/// and every read from then on answers zero. Loops over an announced count ask <see cref="Count"/>, which holds the
/// count against the bytes that are left, so that nothing is allocated for bytes that are not there.
/// </summary>
internal ref struct SnapshotReader(ReadOnlySpan<byte> bytes)
{
    /// <summary>64 bits in groups of seven.</summary>
    public const int MaxNumberLength = 10;

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position;

    public SnapshotError Error { get; private set; }

    public readonly bool Failed => Error.Code != SnapshotErrorCode.None;

    public byte Byte()
    {
        ReadOnlySpan<byte> one = Take(1);
        return one.IsEmpty ? (byte)0 : one[0];
    }

    public ulong UInt64()
    {
        ReadOnlySpan<byte> eight = Take(sizeof(ulong));
        return eight.IsEmpty ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(eight);
    }

    public double Double() => BitConverter.UInt64BitsToDouble(UInt64());

    public ulong Number()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte group = Byte();
            if (shift == 63 && group > 1)
                break;
            value |= (ulong)(group & 0x7F) << shift;
            if (group < 0x80)
                return group == 0 && shift > 0 ? Refuse() : value;
        }

        return Refuse();
    }

    public long Signed()
    {
        ulong value = Number();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>A number from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public int Within(int least, int most)
    {
        ulong value = Number();
        if (value >= (ulong)least && value <= (ulong)most)
            return (int)value;
        Refuse();
        return least;
    }

    /// <summary>A count of things that take at least <paramref name="leastBytes"/> each.</summary>
    public int Count(int leastBytes)
    {
        ulong value = Number();
        if (value <= (ulong)((_bytes.Length - _position) / leastBytes))
            return (int)value;
        Fail(SnapshotErrorCode.Truncated);
        return 0;
    }

    public string String()
    {
        ReadOnlySpan<byte> utf8 = Take(Count(1));
        if (Utf8.IsValid(utf8))
            return Encoding.UTF8.GetString(utf8);
        Refuse();
        return "";
    }

    /// <summary>Keeps <see cref="SnapshotErrorCode.OutOfRange"/> unless an error was found before. Answers zero.</summary>
    public ulong Refuse()
    {
        Fail(SnapshotErrorCode.OutOfRange);
        return 0;
    }

    public void Version(byte known)
    {
        if (Byte() != known)
            Fail(SnapshotErrorCode.UnknownVersion);
    }

    /// <summary>Whether all bytes were read, and none of them was refused.</summary>
    public bool AtEnd()
    {
        if (_position != _bytes.Length)
            Fail(SnapshotErrorCode.TrailingBytes);
        return !Failed;
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _bytes.Length - _position)
            Fail(SnapshotErrorCode.Truncated);
        if (Failed)
            return default;
        ReadOnlySpan<byte> taken = _bytes.Slice(_position, length);
        _position += length;
        return taken;
    }

    private void Fail(SnapshotErrorCode code)
    {
        if (!Failed)
            Error = new SnapshotError(code, _position);
    }
}
