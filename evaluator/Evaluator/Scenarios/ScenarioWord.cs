using System.Globalization;
using System.Linq;
using System.Text;

namespace Defender.Evaluator.Scenarios;

/// <summary>Names as scenarios write them: plain where that is possible, else in quotes.</summary>
internal static class ScenarioWord
{
    private const string Special = " \t\",[]";

    /// <summary>The name, so that it can be copied into a scenario and shown in a terminal.</summary>
    public static string Of(string name) => IsPlain(name) && name != "nothing" && !Outcome.KindWords.Contains(name) ? name : Quoted(name);

    private static bool IsPlain(string name) =>
        name.Length > 0 && name[0] is not ('#' or '{' or '+') && !name.Any(c => char.IsControl(c) || Special.Contains(c));

    private static string Quoted(string name)
    {
        var text = new StringBuilder(name.Length + 2).Append('"');
        foreach (char c in name)
        {
            if (c is '"' or '\\')
                text.Append('\\').Append(c);
            else if (char.IsControl(c))
                text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                text.Append(c);
        }

        return text.Append('"').ToString();
    }
}
