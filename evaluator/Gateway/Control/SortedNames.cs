using System;
using System.Collections.Generic;
using System.Collections.Immutable;

namespace Defender.Gateway.Control;

/// <summary>Sets of names in ordinal order, which lists give page by page.</summary>
internal static class SortedNames
{
    public static ImmutableSortedSet<string> Empty { get; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>The names that follow one that need not be among them; all where it is null.</summary>
    public static IEnumerable<string> After(this ImmutableSortedSet<string> names, string? after)
    {
        int place = 0;
        if (after is not null)
        {
            place = names.IndexOf(after);
            place = place < 0 ? ~place : place + 1;
        }

        for (; place < names.Count; place++)
            yield return names[place];
    }
}
