using System;
using System.Buffers.Binary;

namespace Defender.Agent.Linux.Metrics;

/// <summary>The names in a directory, read without an allocation. Closed at its end, or by whoever
/// opened it. Not safe for several threads.</summary>
internal sealed class DirectoryEntries
{
    // struct linux_dirent64: d_ino 8, d_off 8, d_reclen 2, d_type 1, d_name (getdents64(2)).
    private const int LengthAt = 16;
    private const int TypeAt = 18;
    private const int NameAt = 19;
    private const byte DirectoryType = 4; // DT_DIR

    private readonly byte[] _buffer = new byte[8 * 1024];
    private int _descriptor = -1;
    private int _next;
    private int _end;

    /// <summary>Starts with the first entry.</summary>
    /// <param name="path">Ends with a zero byte.</param>
    /// <returns>False when it cannot be opened.</returns>
    public bool TryOpen(ReadOnlySpan<byte> path)
    {
        Close();
        _next = 0;
        _end = 0;
        _descriptor = Libc.Open(path);
        return _descriptor >= 0;
    }

    /// <returns>False at the end; the name is valid until the next call.</returns>
    public bool TryRead(out ReadOnlySpan<byte> name, out bool isDirectory)
    {
        if (_next >= _end)
        {
            _next = 0;
            _end = (int)Libc.GetDirectoryEntries(_descriptor, _buffer, (nuint)_buffer.Length);
        }

        if (_end <= 0)
        {
            Close();
            name = default;
            isDirectory = false;
            return false;
        }

        ReadOnlySpan<byte> entry = _buffer.AsSpan(_next);
        entry = entry[..BinaryPrimitives.ReadUInt16LittleEndian(entry[LengthAt..])];
        _next += entry.Length;
        isDirectory = entry[TypeAt] == DirectoryType;
        name = entry[NameAt..];
        name = name[..name.IndexOf((byte)0)];
        return true;
    }

    public void Close()
    {
        if (_descriptor >= 0)
            _ = Libc.Close(_descriptor);
        _descriptor = -1;
    }
}
