using System;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Defender.Gateway.Api.Routing;

/// <summary>Percent-encoded text of paths and query strings.</summary>
internal static class PercentText
{
    /// <summary>Decodes once. False for a broken escape, and for bytes that are no UTF-8.</summary>
    /// <param name="text">What was sent.</param>
    /// <param name="plusIsSpace">Query strings of forms write a space so; paths do not.</param>
    /// <param name="decoded">The text.</param>
    public static bool TryDecode(ReadOnlySpan<char> text, bool plusIsSpace, [NotNullWhen(true)] out string? decoded)
    {
        decoded = null;
        if (!Ascii.IsValid(text))
            return false;
        byte[] bytes = new byte[text.Length];
        int length = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '%')
            {
                if (i + 2 >= text.Length || !IsHex(text.Slice(i + 1, 2), out bytes[length]))
                    return false;
                i += 2;
            }
            else
            {
                bytes[length] = text[i] == '+' && plusIsSpace ? (byte)' ' : (byte)text[i];
            }

            length++;
        }

        ReadOnlySpan<byte> utf8 = bytes.AsSpan(0, length);
        if (!Utf8.IsValid(utf8))
            return false;
        decoded = Encoding.UTF8.GetString(utf8);
        return true;
    }

    private static bool IsHex(ReadOnlySpan<char> digits, out byte value) =>
        byte.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
