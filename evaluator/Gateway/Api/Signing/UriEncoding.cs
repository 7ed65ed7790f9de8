using System;
using System.Buffers;
using System.Text;

namespace Defender.Gateway.Api.Signing;

/// <summary>Percent-encoding as SigV4 has it: upper-case hexadecimal, and A-Z a-z 0-9 - _ . ~ as they are.</summary>
internal static class UriEncoding
{
    private const string Digits = "0123456789ABCDEF";

    /// <summary>Encodes the path of a target, which is encoded already, once more; slashes stay.</summary>
    public static void AppendPath(StringBuilder output, string path)
    {
        if (path.Length == 0)
            output.Append('/');
        Append(output, Encoding.UTF8.GetBytes(path), keepSlash: true);
    }

    /// <summary>
    /// Decodes a name or value of a query and encodes it again, so that all ways to write it come out alike. Bytes that are no
    /// UTF-8 are kept, a percent sign without two digits stands for itself, and a plus for a space, as where the query is acted
    /// upon: two texts that are read differently there never come out alike here.
    /// </summary>
    public static string Recode(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int length = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == '%' && Convert.FromHexString(bytes.AsSpan(i + 1, Math.Min(2, bytes.Length - i - 1)), bytes.AsSpan(length, 1), out _, out int decoded)
                == OperationStatus.Done && decoded == 1)
                i += 2;
            else
                bytes[length] = bytes[i] == '+' ? (byte)' ' : bytes[i];
            length++;
        }

        var output = new StringBuilder(text.Length + 16);
        Append(output, bytes.AsSpan(0, length), keepSlash: false);
        return output.ToString();
    }

    private static void Append(StringBuilder output, ReadOnlySpan<byte> utf8, bool keepSlash)
    {
        foreach (byte b in utf8)
        {
            char c = (char)b;
            if (char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '~' || (c == '/' && keepSlash))
                output.Append(c);
            else
                output.Append('%').Append(Digits[b >> 4]).Append(Digits[b & 15]);
        }
    }
}
