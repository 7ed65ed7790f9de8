using System;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Defender.Gateway;

/// <summary>Makes text of peers safe to show in logs and terminals.</summary>
internal static class Printable
{
    /// <summary>Bytes of a name that are shown: every valid thing name and client identifier whole.</summary>
    private const int MaxNameBytes = 128;

    /// <summary>
    /// Writes control, format and line separator characters as <c>\uXXXX</c>, or <c>\U00XXXXXX</c> beyond 16 bits, so that no
    /// peer can forge or hide a line.
    /// </summary>
    public static string Escape(string text)
    {
        if (!text.EnumerateRunes().Any(IsUnsafe))
            return text;
        var safe = new StringBuilder(text.Length + 16);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (!IsUnsafe(rune))
                safe.Append(rune);
            else if (rune.IsBmp)
                safe.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}");
            else
                safe.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:X8}");
        }

        return safe.ToString();
    }

    /// <summary>A name as a peer sent it, of any length, as bounded and safe text.</summary>
    public static string Name(ReadOnlySpan<byte> utf8) => utf8.Length <= MaxNameBytes
        ? Escape(Encoding.UTF8.GetString(utf8))
        : $"{Escape(Encoding.UTF8.GetString(utf8[..MaxNameBytes]))}... ({utf8.Length} bytes)";

    /// <summary>What a caller sent, as bounded and safe text for an answer.</summary>
    public static string Shorten(string text) => text.Length <= MaxNameBytes
        ? Escape(text)
        : $"{Escape(text[..(char.IsHighSurrogate(text[MaxNameBytes - 1]) ? MaxNameBytes - 1 : MaxNameBytes)])}...";

    private static bool IsUnsafe(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
