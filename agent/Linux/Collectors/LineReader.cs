using System;
using System.IO;

namespace Defender.Agent.Linux.Collectors;

/// <summary>
/// Splits a file of /proc into lines, in one buffer that is kept: a table of 100,000 sockets takes no more room than one of ten.
/// A line longer than the buffer is handed out in parts, none of which is a row.
/// </summary>
internal sealed class LineReader
{
    private readonly byte[] _buffer = new byte[32 * 1024];
    private Stream _stream = Stream.Null;
    private int _start;
    private int _end;
    private bool _isAtEnd;

    public void Start(Stream stream)
    {
        _stream = stream;
        _start = 0;
        _end = 0;
        _isAtEnd = false;
    }

    /// <returns>False at the end of the file. The line is valid until the next call.</returns>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        int searched = _start;
        while (true)
        {
            int found = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (found >= 0)
            {
                line = _buffer.AsSpan(_start, searched + found - _start);
                _start = searched + found + 1;
                return true;
            }

            if (_isAtEnd || (_start == 0 && _end == _buffer.Length))
            {
                line = _buffer.AsSpan(_start, _end - _start);
                _start = _end;
                return line.Length > 0;
            }

            Fill();
            searched = _start;
        }
    }

    private void Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        int read = _stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _isAtEnd = read == 0;
    }
}
