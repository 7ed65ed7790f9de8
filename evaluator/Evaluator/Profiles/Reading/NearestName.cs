using System;
using System.Collections.Generic;

namespace Defender.Evaluator.Profiles.Reading;

/// <summary>Finds the name that a wrong spelling was meant to be, for hints.</summary>
public static class NearestName
{
    private const int MaxDistance = 2;
    private const int MaxLength = 128;

    /// <summary>
    /// The one name that differs only in case, separators or the prefix <c>aws:</c>; else the one at the smallest edit
    /// distance, at most 2 and at most a third of the text. Of several equally near ones, the first that contains the
    /// text. Null when there is no such name. The time is linear in the number of names.
    /// </summary>
    public static string? Find(string text, IEnumerable<string> names)
    {
        if (text.Length is 0 or > MaxLength)
            return null;
        string key = Key(text);
        int limit = Math.Min(MaxDistance, Math.Max(1, key.Length / 3));
        int smallest = limit + 1;
        string? nearest = null;
        string? containing = null;
        bool isTied = false;
        foreach (string name in names)
        {
            string nameKey = Key(name);
            int distance = Distance(key, nameKey, limit);
            if (distance > limit || distance > smallest)
                continue;
            if (distance < smallest)
                containing = null;
            isTied = distance == smallest;
            smallest = distance;
            nearest = name;
            if (nameKey.Contains(key, StringComparison.Ordinal))
                containing ??= name;
        }

        return isTied ? containing : nearest;
    }

    /// <summary>The sentence for a hint; null when there is no near name.</summary>
    public static string? DidYouMean(string text, IEnumerable<string> names) =>
        Find(text, names) is { } name ? $"Did you mean {name}?" : null;

    private static string Key(string name)
    {
        ReadOnlySpan<char> text = name;
        if (text.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
            text = text[4..];
        Span<char> key = stackalloc char[MaxLength];
        int length = 0;
        foreach (char c in text[..Math.Min(text.Length, MaxLength)])
        {
            // The dot stays: p0.1 and p01 are not the same.
            if (char.IsLetterOrDigit(c) || c == '.')
                key[length++] = char.ToLowerInvariant(c);
        }

        return key[..length].ToString();
    }

    /// <summary>Levenshtein's distance within a band of the limit; limit + 1 for everything farther.</summary>
    private static int Distance(string left, string right, int limit)
    {
        if (Math.Abs(left.Length - right.Length) > limit)
            return limit + 1;
        Span<int> previous = stackalloc int[MaxLength + 2];
        Span<int> current = stackalloc int[MaxLength + 2];
        for (int j = 0; j <= right.Length; j++)
            previous[j] = j;
        for (int i = 1; i <= left.Length; i++)
        {
            int first = Math.Max(1, i - limit);
            int last = Math.Min(right.Length, i + limit);
            current[first - 1] = first == 1 ? i : limit + 1;
            for (int j = first; j <= last; j++)
            {
                int replaced = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(previous[j], current[j - 1]) + 1);
            }

            // The next row looks one cell beyond this row's band.
            current[last + 1] = limit + 1;
            Span<int> swap = previous;
            previous = current;
            current = swap;
        }

        return Math.Min(previous[right.Length], limit + 1);
    }
}
