using System;
using System.Globalization;
using System.Text;
using Defender.Evaluator.Reports.Wire;

namespace Defender.Evaluator.Reports.Grammar;

/// <summary>The texts of errors. A peer's bytes come out fit for a log line: bounded, without control characters.</summary>
internal static class ErrorText
{
    private const int MaxBytes = 64;

    /// <summary>A peer's text.</summary>
    public static string Of(ReadOnlySpan<byte> utf8)
    {
        var text = new StringBuilder();
        Append(text, utf8);
        return text.ToString();
    }

    /// <summary>The current value: <c>the number -1</c>.</summary>
    public static string Describe<TTokens>(TokenKind token, ref TTokens tokens)
        where TTokens : struct, IReportTokens, allows ref struct => token switch
        {
            TokenKind.Object => "an object",
            TokenKind.List => "a list",
            TokenKind.String => $"the string \"{Of(tokens.Text)}\"",
            TokenKind.Number => $"the number {tokens.Number}",
            TokenKind.True => "true",
            TokenKind.False => "false",
            _ => "null",
        };

    /// <summary>The way from the report to the current value of the innermost of these objects and lists.</summary>
    public static string Path<TTokens>(ReadOnlySpan<Frame> frames, ref TTokens tokens)
        where TTokens : struct, IReportTokens, allows ref struct
    {
        var path = new StringBuilder();
        foreach (ref readonly Frame frame in frames)
        {
            if (frame.IsList)
            {
                path.Append(CultureInfo.InvariantCulture, $"[{frame.Items - 1}]");
                continue;
            }

            if (path.Length > 0)
                path.Append('.');
            Append(path, tokens.Spelling(frame.NameOffset));
        }

        return path.ToString();
    }

    /// <summary>The members that an object may do without.</summary>
    public static string OptionalMembers(Slot slot)
    {
        var names = new StringBuilder();
        foreach (Member member in slot.Members)
        {
            if (!member.IsRequired)
                names.Append(names.Length > 0 ? ", " : "").Append(member.Name);
        }

        return names.ToString();
    }

    private static void Append(StringBuilder text, ReadOnlySpan<byte> utf8)
    {
        bool isCut = utf8.Length > MaxBytes;
        foreach (Rune rune in Encoding.UTF8.GetString(isCut ? utf8[..MaxBytes] : utf8).EnumerateRunes())
        {
            // Format characters too: they can turn the direction of a line around.
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                text.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}");
            else
                text.Append(rune.ToString());
        }

        if (isCut)
            text.Append('…');
    }
}
