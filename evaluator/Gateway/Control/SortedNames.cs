using System;
using System.Collections.Generic;
using System.Collections.Immutable;

namespace Defender.Gateway.Control;

/// <summary>Sets of names in ordinal order, which lists give page by page.</summary>
internal static class SortedNames
{
    public static ImmutableSortedSet<string> Empty { get; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>The names of several sets that share none, in one order, after a name that need not be among them; all where it is null.</summary>
    /// <remarks>Each set is read only as far as the result is.</remarks>
    public static IEnumerable<string> Merge(IEnumerable<ImmutableSortedSet<string>> sets, string? after)
    {
        var heads = new PriorityQueue<IEnumerator<string>, string>(StringComparer.Ordinal);
        foreach (ImmutableSortedSet<string> set in sets)
        {
            IEnumerator<string> names = set.After(after).GetEnumerator();
            if (names.MoveNext())
                heads.Enqueue(names, names.Current);
        }

        while (heads.TryPeek(out IEnumerator<string>? names, out string? least))
        {
            yield return least;
            if (names.MoveNext())
                heads.DequeueEnqueue(names, names.Current);
            else
                heads.Dequeue();
        }
    }

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
