using System;
using System.Globalization;
using System.Text;

namespace Defender.Agent.Linux.JsonSyntax;

/// <summary>Resolves the escapes of a text that <see cref="JsonReader"/> has found to be one.</summary>
internal static class JsonUnescape
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <returns>False when it is not UTF-8, or escapes half a character.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out string text)
    {
        text = "";
        string raw;
        try
        {
            raw = Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return false;
        }

        if (!raw.Contains('\\', StringComparison.Ordinal))
        {
            text = raw;
            return true;
        }

        StringBuilder resolved = new(raw.Length);
        for (int i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '\\')
            {
                resolved.Append(raw[i]);
                continue;
            }

            char kind = raw[++i];
            if (kind == 'u')
            {
                resolved.Append((char)ushort.Parse(raw.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                i += 4;
            }
            else
            {
                resolved.Append(kind switch { 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', _ => kind });
            }
        }

        text = resolved.ToString();
        return HasWholeCharacters(text);
    }

    private static bool HasWholeCharacters(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return false;
            i++;
        }

        return true;
    }
}
