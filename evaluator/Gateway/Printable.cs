using System.Globalization;
using System.Linq;
using System.Text;

namespace Defender.Gateway;

/// <summary>Makes text of peers safe to show in logs and terminals.</summary>
internal static class Printable
{
    /// <summary>Writes control, format and line separator characters as <c>\uXXXX</c>, so that no peer can forge or hide a line.</summary>
    public static string Escape(string text)
    {
        if (!text.Any(IsUnsafe))
            return text;
        var safe = new StringBuilder(text.Length + 16);
        foreach (char c in text)
        {
            if (IsUnsafe(c))
                safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            else
                safe.Append(c);
        }

        return safe.ToString();
    }

    private static bool IsUnsafe(char c) => char.GetUnicodeCategory(c)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
