using System;

namespace Defender.Agent.Linux.Metrics;

/// <summary>The lines of a file of /proc, however long the file, in one buffer. Not safe for several threads.</summary>
internal sealed class KernelLines
{
    private readonly KernelFile _file = new();
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;
    private bool _isAtEnd;

    /// <summary>Starts with the first line.</summary>
    /// <param name="path">Ends with a zero byte.</param>
    /// <returns>False when it cannot be opened.</returns>
    public bool TryOpen(ReadOnlySpan<byte> path)
    {
        _start = 0;
        _end = 0;
        _isAtEnd = false;
        return _file.TryOpen(path);
    }

    /// <returns>False at the end, where the file is closed. The line is valid until the next call.</returns>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        int length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
        if (length < 0 && !_isAtEnd)
        {
            Fill();
            length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
        }

        // A line without an end is the last one, or longer than any the kernel prints.
        if (length < 0)
            length = _end - _start;
        line = _buffer.AsSpan(_start, length);
        bool isLine = _start < _end;
        _start = Math.Min(_start + length + 1, _end);
        if (!isLine)
            _file.Close();
        return isLine;
    }

    private void Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        if (!_file.TryFill(_buffer.AsSpan(_end), out int read))
            read = 0;
        _isAtEnd = _end + read < _buffer.Length;
        _end += read;
    }
}
