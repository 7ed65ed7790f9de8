using System;
using System.Buffers.Text;

namespace Defender.Agent.Linux.Collectors.Proc;

/// <summary>
/// A row of /proc/net/dev: <c>name: bytes packets</c> and six more received, then <c>bytes packets</c> and six more sent.
/// Older kernels print no space after the colon.
/// </summary>
internal static class ProcDeviceLine
{
    private const int FieldsOfDirection = 8;

    public static bool TryParse(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> name, Span<long> counters)
    {
        name = default;
        int colon = line.IndexOf((byte)':');
        if (colon < 0)
            return false;

        name = line[..colon].Trim((byte)' ');
        line = line[(colon + 1)..];
        for (int field = 0; field < FieldsOfDirection + 2; field++)
        {
            line = line.TrimStart((byte)' ');
            if (!Utf8Parser.TryParse(line, out long value, out int length) || value < 0)
                return false;

            line = line[length..];
            if (field < 2)
                counters[field] = value;
            else if (field >= FieldsOfDirection)
                counters[field - FieldsOfDirection + 2] = value;
        }

        return name.Length > 0;
    }
}
