using System.Text;

namespace Defender.Agent.Linux.CommandLine;

/// <summary>Texts as JSON has them (RFC 8259, section 7).</summary>
internal static class JsonText
{
    /// <summary>The text with its quotes.</summary>
    public static string Quote(string text)
    {
        StringBuilder quoted = new(text.Length + 2);
        quoted.Append('"');
        foreach (char letter in text)
        {
            _ = letter switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                < ' ' => quoted.Append($"\\u{(int)letter:x4}"),
                _ => quoted.Append(letter),
            };
        }

        return quoted.Append('"').ToString();
    }
}
