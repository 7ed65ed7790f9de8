using System;
using System.Numerics;
using System.Runtime.Intrinsics;
using System.Text;

namespace Defender.Evaluator.Reports.Wire;

/// <summary>What stands between the quotes of a JSON string (RFC 8259 section 7).</summary>
internal static class JsonText
{
    /// <summary>The first quote, backslash, C0 control or byte of a character outside ASCII; the length where there is none.</summary>
    public static int IndexOfSpecial(ReadOnlySpan<byte> text)
    {
        int position = 0;
        while (text.Length - position >= Vector128<byte>.Count)
        {
            // As signed numbers, the bytes above 0x7F are below the controls.
            Vector128<byte> bytes = Vector128.Create(text[position..]);
            Vector128<byte> special = Vector128.LessThan(bytes.AsSByte(), Vector128.Create((sbyte)0x20)).AsByte()
                | Vector128.Equals(bytes, Vector128.Create((byte)'"'))
                | Vector128.Equals(bytes, Vector128.Create((byte)'\\'));
            if (special != Vector128<byte>.Zero)
                return position + BitOperations.TrailingZeroCount(special.ExtractMostSignificantBits());
            position += Vector128<byte>.Count;
        }

        while (position < text.Length && text[position] is not (< 0x20 or (byte)'"' or (byte)'\\' or > 0x7F))
            position++;
        return position;
    }

    /// <summary>Writes the text that a string between its quotes stands for.</summary>
    /// <param name="raw">The string without its quotes, in well-formed UTF-8; each backslash has a byte behind it.</param>
    /// <param name="text">Where to write; the length of <paramref name="raw"/> is enough.</param>
    /// <param name="length">Bytes written.</param>
    /// <param name="faultAt">The backslash of the first escape that is not allowed.</param>
    public static bool TryResolve(ReadOnlySpan<byte> raw, Span<byte> text, out int length, out int faultAt)
    {
        length = 0;
        faultAt = 0;
        int position = 0;
        while (position < raw.Length)
        {
            int plain = raw[position..].IndexOf((byte)'\\');
            if (plain < 0)
                plain = raw.Length - position;
            raw.Slice(position, plain).CopyTo(text[length..]);
            position += plain;
            length += plain;
            if (position == raw.Length)
                break;

            faultAt = position;
            if (!TryResolveOne(raw[position..], out Rune rune, out int consumed))
                return false;
            position += consumed;
            length += rune.EncodeToUtf8(text[length..]); // at most 4 bytes, of an escape of 12; 3 of 6; 1 of 2
        }

        return true;
    }

    private static bool TryResolveOne(ReadOnlySpan<byte> escape, out Rune rune, out int consumed)
    {
        consumed = 2;
        char plain = (char)escape[1] switch
        {
            '"' => '"',
            '\\' => '\\',
            '/' => '/',
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            _ => '\0',
        };
        if (plain != '\0')
        {
            rune = new Rune(plain);
            return true;
        }

        rune = default;
        if (!TryReadUnit(escape, out char unit))
            return false;
        consumed = 6;
        if (Rune.TryCreate(unit, out rune))
            return true;
        consumed = 12;
        return TryReadUnit(escape[6..], out char low) && Rune.TryCreate(unit, low, out rune);
    }

    /// <summary>Reads <c>\uXXXX</c>.</summary>
    private static bool TryReadUnit(ReadOnlySpan<byte> escape, out char unit)
    {
        unit = '\0';
        if (escape.Length < 6 || escape[0] != '\\' || escape[1] != 'u')
            return false;
        foreach (byte b in escape.Slice(2, 4))
        {
            if (!char.IsAsciiHexDigit((char)b))
                return false;
            unit = (char)(unit << 4 | (b <= '9' ? b - '0' : (b | 0x20) - 'a' + 10));
        }

        return true;
    }
}
