using System;
using System.Text;

namespace Defender.Agent.Linux.CommandLine;

/// <summary>Texts of others on one line of a terminal or of a log.</summary>
internal static class OneLine
{
    /// <summary>The text without what starts a line of its own or drives a terminal.</summary>
    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\x1F') && !text.AsSpan().ContainsAnyInRange('\x7F', '\x9F'))
            return text;

        StringBuilder clean = new(text.Length);
        foreach (char letter in text)
            clean.Append(char.IsControl(letter) ? ' ' : letter);
        return clean.ToString();
    }
}
