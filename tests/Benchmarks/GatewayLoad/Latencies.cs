using System;
using System.Collections.Generic;
using System.Linq;

namespace Defender.Benchmarks.GatewayLoad;

/// <summary>
/// Times of the same work, in rounds. On a machine that does other things too, the round it was left alone in most says what
/// the work takes.
/// </summary>
internal sealed class Latencies
{
    private readonly List<List<double>> _rounds = [];

    /// <summary>Those that follow are of another round.</summary>
    public void BeginRound() => _rounds.Add([]);

    public void Add(TimeSpan time) => _rounds[^1].Add(time.TotalMilliseconds);

    /// <summary>The time within which this share of all the work was done, milliseconds.</summary>
    public double Percentile(double share) => Percentile([.. _rounds.SelectMany(round => round)], share);

    /// <summary>The same of the round in which it was least.</summary>
    public double QuietPercentile(double share) => _rounds.Min(round => Percentile([.. round], share));

    private static double Percentile(double[] milliseconds, double share)
    {
        Array.Sort(milliseconds);
        return milliseconds[(int)Math.Ceiling(share * milliseconds.Length) - 1];
    }
}
