using System;
using System.Buffers.Text;
using System.IO;

namespace Defender.Agent.Linux.Collectors.Proc;

/// <summary>CurrEstab of /proc/self/net/snmp, which counts the connections of both IPv4 and IPv6.</summary>
/// <param name="directory">/proc/self/net.</param>
internal sealed class ProcConnectionCounter(string directory) : IConnectionCounter
{
    private readonly ProcFile _file = new(Path.Combine(directory, "snmp"));
    private readonly LineReader _lines = new(bufferBytes: 8 * 1024);

    // Two lines begin with "Tcp:": the names of the counters, then their values.
    public int? TryRead()
    {
        try
        {
            if (!_file.TryRewind())
                return null;
            _lines.Start(_file);
            int column = -1;
            while (_lines.TryRead(out ReadOnlySpan<byte> line))
            {
                if (!line.StartsWith("Tcp:"u8))
                    continue;
                if (column >= 0)
                    return Value(line, column);
                column = Column(line);
            }
        }
        catch (IOException)
        {
            // The caller counts the rows themselves.
        }

        return null;
    }

    private static int Column(ReadOnlySpan<byte> names)
    {
        int column = 0;
        foreach (Range range in names.Split((byte)' '))
        {
            if (names[range].SequenceEqual("CurrEstab"u8))
                return column;
            column++;
        }

        return int.MaxValue;
    }

    private static int? Value(ReadOnlySpan<byte> values, int column)
    {
        foreach (Range range in values.Split((byte)' '))
        {
            ReadOnlySpan<byte> text = values[range];
            if (column-- == 0)
                return Utf8Parser.TryParse(text, out int value, out int length) && length == text.Length && value >= 0 ? value : null;
        }

        return null;
    }
}
