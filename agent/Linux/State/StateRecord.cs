using System;
using System.Buffers.Binary;

namespace Defender.Agent.Linux.State;

/// <summary>
/// The one form of everything that is kept: four letters of what it is, version, a byte of its own, two of zero, a number, the length
/// of the content, the content, and the check sum of all of it. Numbers are little-endian. What is not exactly that is no record.
/// </summary>
internal static class StateRecord
{
    public const byte Version = 1;

    /// <summary>Bytes around the content.</summary>
    public const int Overhead = HeaderLength + sizeof(uint);

    private const int HeaderLength = 4 + 4 + sizeof(long) + sizeof(int);

    /// <summary>Writes one.</summary>
    /// <param name="destination">Room for the content and <see cref="Overhead"/>.</param>
    /// <param name="kind">Four bytes.</param>
    /// <param name="tag">A byte of its own.</param>
    /// <param name="number">Its number.</param>
    /// <param name="content">Its content.</param>
    /// <returns>Bytes written.</returns>
    public static int Write(Span<byte> destination, ReadOnlySpan<byte> kind, byte tag, long number, ReadOnlySpan<byte> content)
    {
        kind.CopyTo(destination);
        destination[4] = Version;
        destination[5] = tag;
        destination[6] = destination[7] = 0;
        BinaryPrimitives.WriteInt64LittleEndian(destination[8..], number);
        BinaryPrimitives.WriteInt32LittleEndian(destination[16..], content.Length);
        content.CopyTo(destination[HeaderLength..]);
        int end = HeaderLength + content.Length;
        BinaryPrimitives.WriteUInt32LittleEndian(destination[end..], Crc32.Of(destination[..end]));
        return end + sizeof(uint);
    }

    /// <summary>Reads one; false when a single bit of it is not as it was written, or it is cut off.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> kind, out byte tag, out long number, out ReadOnlySpan<byte> content)
    {
        tag = 0;
        number = 0;
        content = default;
        if (bytes.Length < Overhead || !bytes.StartsWith(kind) || bytes[4] != Version)
            return false;
        int end = bytes.Length - sizeof(uint);
        if (BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]) != end - HeaderLength
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[end..]) != Crc32.Of(bytes[..end]))
        {
            return false;
        }

        tag = bytes[5];
        number = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        content = bytes[HeaderLength..end];
        return true;
    }
}
