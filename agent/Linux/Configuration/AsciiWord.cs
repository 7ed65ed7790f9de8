namespace Defender.Agent.Linux.Configuration;

/// <summary>Texts that need no quotes, as they hold plain letters only.</summary>
internal static class AsciiWord
{
    /// <summary>Whether a text has nothing but ASCII letters, digits and some marks; so has an empty one.</summary>
    public static bool Is(string text, string marks)
    {
        foreach (char letter in text)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && !marks.Contains(letter))
                return false;
        }

        return true;
    }
}
