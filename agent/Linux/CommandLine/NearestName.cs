using System;
using System.Collections.Generic;

namespace Defender.Agent.Linux.CommandLine;

/// <summary>Finds what a mistyped word was meant to be.</summary>
internal static class NearestName
{
    /// <summary><c>; did you mean '--format'?</c>, or nothing when no name is near enough.</summary>
    public static string Suggestion(string word, IReadOnlyList<string> names) =>
        Find(word, names) is { } nearest ? $"; did you mean '{nearest}'?" : "";

    /// <summary>The name that is nearest; null when none is near enough.</summary>
    public static string? Find(string word, IReadOnlyList<string> names)
    {
        string? nearest = null;

        // A third of the letters wrong still reads like the word; more does not.
        int best = (word.TrimStart('-').Length / 3) + 2;
        foreach (string name in names)
        {
            int distance = Distance(word, name);
            if (distance < best)
            {
                best = distance;
                nearest = name;
            }
        }

        return nearest;
    }

    // Levenshtein's distance, a row at a time.
    private static int Distance(string a, string b)
    {
        int[] row = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
            row[j] = j;

        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
