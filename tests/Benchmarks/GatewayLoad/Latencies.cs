using System;
using System.Collections.Generic;

namespace Defender.Benchmarks.GatewayLoad;

/// <summary>Times of the same work, over and over.</summary>
internal sealed class Latencies
{
    private readonly List<double> _milliseconds = [];

    public void Add(TimeSpan time) => _milliseconds.Add(time.TotalMilliseconds);

    /// <summary>The time within which this share of the work was done, milliseconds.</summary>
    public double Percentile(double share)
    {
        _milliseconds.Sort();
        return _milliseconds[(int)Math.Ceiling(share * _milliseconds.Count) - 1];
    }
}
