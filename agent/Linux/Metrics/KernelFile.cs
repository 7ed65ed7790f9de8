using System;
using System.Text;

namespace Defender.Agent.Linux.Metrics;

/// <summary>
/// A file that is opened again for each reading, without an allocation: what /proc and /sys hold is made when it is read. Whoever
/// opens it closes it. Not safe for several threads.
/// </summary>
internal sealed class KernelFile
{
    private int _descriptor = -1;

    /// <summary>A path as libc takes it.</summary>
    public static byte[] PathOf(string path) => Encoding.UTF8.GetBytes(path + '\0');

    /// <summary>Reads a small file from its beginning.</summary>
    /// <param name="path">Ends with a zero byte.</param>
    /// <param name="buffer">What does not fit is left out.</param>
    /// <param name="length">Bytes that were read.</param>
    /// <returns>False when it cannot be opened or read.</returns>
    public bool TryReadAll(ReadOnlySpan<byte> path, Span<byte> buffer, out int length)
    {
        length = 0;
        if (!TryOpen(path))
            return false;

        bool isRead = TryFill(buffer, out length);
        Close();
        return isRead;
    }

    /// <summary>Opens it to be read in parts.</summary>
    /// <param name="path">Ends with a zero byte.</param>
    public bool TryOpen(ReadOnlySpan<byte> path)
    {
        Close();
        _descriptor = Libc.Open(path);
        return _descriptor >= 0;
    }

    /// <summary>Reads until the buffer is full or the file ends.</summary>
    public bool TryFill(Span<byte> buffer, out int length)
    {
        length = 0;
        while (length < buffer.Length)
        {
            nint read = Libc.Read(_descriptor, buffer[length..], (nuint)(buffer.Length - length));
            if (read < 0 && Libc.LastError == Libc.Interrupted)
                continue;
            if (read < 0)
                return false;
            if (read == 0)
                break;
            length += (int)read;
        }

        return true;
    }

    public void Close()
    {
        if (_descriptor >= 0)
            _ = Libc.Close(_descriptor);
        _descriptor = -1;
    }
}
