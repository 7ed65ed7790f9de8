using System;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Defender.Gateway.Cli.Identities;

/// <summary>Names of files for things of any name.</summary>
internal static class SafeFileName
{
    private const int MaxLength = 150;

    /// <summary>The name with all but letters, digits, hyphen, underscore and inner dots written as %XX: one file, in one directory, on every system.</summary>
    public static string Of(string thingName)
    {
        var name = new StringBuilder();
        foreach (byte value in Encoding.UTF8.GetBytes(thingName))
        {
            char c = (char)value;
            if (char.IsAsciiLetterOrDigit(c) || c == '_' || (c is '-' or '.' && name.Length > 0))
                name.Append(c);
            else
                name.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
        }

        if (name.Length <= MaxLength)
            return name.ToString();
        string digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(thingName)))[..16];
        return $"{name.ToString(0, MaxLength - digest.Length - 1)}-{digest}";
    }
}
