using System;
using System.Buffers.Text;

namespace Defender.Agent.Linux.Metrics;

/// <summary>Walks over the numbers in a line that the kernel prints.</summary>
internal ref struct AsciiFields(ReadOnlySpan<byte> line)
{
    private ReadOnlySpan<byte> _rest = line;

    /// <summary>The next field is a number, and this one.</summary>
    public bool TryReadNumber(out long number)
    {
        _rest = _rest.TrimStart(" \t"u8);
        bool isNumber = Utf8Parser.TryParse(_rest, out number, out int length);
        if (isNumber)
            _rest = _rest[length..];
        return isNumber;
    }
}
