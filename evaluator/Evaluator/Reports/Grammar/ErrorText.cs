using System;
using System.Globalization;
using System.Text;

namespace Defender.Evaluator.Reports.Grammar;

/// <summary>A peer's bytes as text that can stand in a log line: bounded, without control characters.</summary>
internal static class ErrorText
{
    private const int MaxBytes = 64;

    public static void Append(StringBuilder text, ReadOnlySpan<byte> utf8)
    {
        bool isCut = utf8.Length > MaxBytes;
        foreach (Rune rune in Encoding.UTF8.GetString(isCut ? utf8[..MaxBytes] : utf8).EnumerateRunes())
        {
            UnicodeCategory category = Rune.GetUnicodeCategory(rune);
            if (category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                text.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}");
            else
                text.Append(rune.ToString());
        }

        if (isCut)
            text.Append('…');
    }

    public static string Of(ReadOnlySpan<byte> utf8)
    {
        var text = new StringBuilder();
        Append(text, utf8);
        return text.ToString();
    }
}
