using System.Collections.Generic;

namespace Defender.Agent.Linux.Collectors.Interfaces;

/// <summary>What the user says about the interfaces whose traffic is counted.</summary>
/// <param name="include">Patterns; none for the rules of <see cref="CountingRules"/>.</param>
/// <param name="exclude">Patterns of those never counted.</param>
internal sealed class InterfaceFilter(IReadOnlyList<string> include, IReadOnlyList<string> exclude)
{
    /// <summary>Whether the interfaces to count are named, rather than left to the rules.</summary>
    public bool NamesInterfaces => include.Count > 0;

    /// <summary>Whether the interface may be counted: named where names are given, and not excluded.</summary>
    public bool Allows(string name) => (!NamesInterfaces || IsAny(include, name)) && !IsAny(exclude, name);

    private static bool IsAny(IReadOnlyList<string> patterns, string name)
    {
        for (int i = 0; i < patterns.Count; i++)
        {
            if (InterfacePattern.Matches(patterns[i], name))
                return true;
        }

        return false;
    }
}
