using System;
using System.Collections.Immutable;

namespace Defender.Evaluator.Profiles;

/// <summary>A percentile of AWS's list (StatisticalThreshold.statistic).</summary>
public readonly record struct Statistic
{
    private Statistic(string name, double percentile)
    {
        Name = name;
        Percentile = percentile;
    }

    /// <summary>AWS: p0, p0.1, p0.01, p1, p10, p50, p90, p99, p99.9, p99.99 and p100, in the order its texts have.</summary>
    public static ImmutableArray<Statistic> All { get; } =
    [
        new("p0", 0), new("p0.1", 0.1), new("p0.01", 0.01), new("p1", 1), new("p10", 10), new("p50", 50),
        new("p90", 90), new("p99", 99), new("p99.9", 99.9), new("p99.99", 99.99), new("p100", 100),
    ];

    /// <summary>The spelling on the wire.</summary>
    public string Name { get; }

    /// <summary>0 (the smallest value) to 100 (the largest).</summary>
    public double Percentile { get; }

    /// <summary>Reads one of the eleven spellings; others, <c>p0.10</c> among them, are refused.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Statistic statistic)
    {
        foreach (Statistic candidate in All)
        {
            if (text.SequenceEqual(candidate.Name))
            {
                statistic = candidate;
                return true;
            }
        }

        statistic = default;
        return false;
    }
}
