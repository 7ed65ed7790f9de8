using System;

namespace Defender.Agent.Linux.Collectors.Proc;

/// <summary>
/// Splits a file of /proc into lines, in one buffer that is kept: a table of 100,000 sockets takes no more room than one of ten.
/// A line longer than the buffer is handed out in parts, none of which is a row.
/// </summary>
/// <param name="bufferBytes">The longest line that is handed out whole.</param>
internal sealed class LineReader(int bufferBytes = 32 * 1024)
{
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(bufferBytes);
    private ProcFile? _file;
    private int _start;
    private int _end;
    private bool _isAtEnd;

    /// <param name="file">Just rewound.</param>
    public void Start(ProcFile file)
    {
        _file = file;
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
        int read = _file!.Read(_buffer.AsSpan(_end));
        _end += read;
        _isAtEnd = read == 0;
    }
}
