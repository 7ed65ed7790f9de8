using System;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Defender.Gateway.Api.Shapes;

/// <summary>A pattern of AWS's model, which a value has to match as a whole, in time linear to its length.</summary>
internal sealed class ShapePattern
{
    private readonly Regex _regex;

    public ShapePattern(string text)
    {
        Text = text;
        // The names are POSIX's, which .NET lacks. AWS does not print whether its classes end with ASCII; all scripts are taken.
        string translated = text
            .Replace(@"\p{Graph}", @"\p{L}\p{M}\p{N}\p{P}\p{S}\p{Cf}\p{Co}", StringComparison.Ordinal)
            .Replace(@"\p{Cntrl}", @"\p{Cc}", StringComparison.Ordinal);
        _regex = new Regex($@"\A(?:{translated})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    }

    /// <summary>As the model has it.</summary>
    public string Text { get; }

    public bool IsMatch(string value) => _regex.IsMatch(Flat(value));

    // .NET matches UTF-16 units, and half a character is in no category: one of 16 bits of the same category stands in.
    private static string Flat(string value)
    {
        if (!value.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
            return value;
        var flat = new StringBuilder(value.Length);
        foreach (Rune rune in value.EnumerateRunes())
            flat.Append(rune.IsBmp ? (char)rune.Value : StandIn(Rune.GetUnicodeCategory(rune)));
        return flat.ToString();
    }

    private static char StandIn(UnicodeCategory category) => category switch
    {
        <= UnicodeCategory.OtherLetter => 'あ',
        <= UnicodeCategory.EnclosingMark => '\u0300',
        <= UnicodeCategory.OtherNumber => '²',
        UnicodeCategory.Format => '\u200B',
        UnicodeCategory.PrivateUse => '\uE000',
        UnicodeCategory.OtherNotAssigned => '\uFFFF',
        <= UnicodeCategory.OtherPunctuation and >= UnicodeCategory.ConnectorPunctuation => '§',
        <= UnicodeCategory.OtherSymbol and >= UnicodeCategory.MathSymbol => '°',
        _ => '\uFFFF',
    };
}
