using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text;

namespace Defender.Gateway.Telemetry;

/// <summary>The members of an enumeration as values of a label, in snake case, by number: <c>TooManyConnections</c> is too_many_connections.</summary>
internal static class LabelNames
{
    /// <summary>All of them. The members count from 0 without gaps.</summary>
    public static ImmutableArray<string> Of<T>()
        where T : struct, Enum => [.. Enum.GetNames<T>().Select(ToSnakeCase)];

    private static string ToSnakeCase(string name)
    {
        var text = new StringBuilder();
        foreach (char letter in name)
        {
            if (char.IsUpper(letter) && text.Length > 0)
                text.Append('_');
            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }
}
