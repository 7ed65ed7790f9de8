using System;

namespace Defender.Agent.Linux.CommandLine;

/// <summary>Texts of others on one line of a terminal or of a log.</summary>
internal static class OneLine
{
    /// <summary>The text without what starts a line of its own or drives a terminal.</summary>
    public static string Of(string text) => string.Create(text.Length, text, static (line, text) =>
    {
        text.CopyTo(line);
        Clean(line);
    });

    /// <summary>Puts blanks in place of it.</summary>
    public static void Clean(Span<char> text)
    {
        foreach (ref char letter in text)
        {
            if (char.IsControl(letter))
                letter = ' ';
        }
    }
}
