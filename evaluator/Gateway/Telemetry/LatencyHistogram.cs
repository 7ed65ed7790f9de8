using System;
using System.Diagnostics.Metrics;
using System.Threading;

namespace Defender.Gateway.Telemetry;

/// <summary>How often something took how long. Thread-safe; recording allocates nothing.</summary>
internal sealed class LatencyHistogram
{
    /// <summary>Upper ends of the buckets in seconds: from a report that waits for no disk to one that waits behind a fleet.</summary>
    public static readonly double[] Bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly CounterSet _buckets = new(Bounds.Length + 1, isHot: true);
    private long _sumTicks;

    /// <summary>The instrument that listeners of the meter see; null where nobody can listen.</summary>
    public Histogram<double>? Instrument { get; set; }

    /// <summary>Seconds of all together.</summary>
    public double Sum => TimeSpan.FromTicks(Interlocked.Read(ref _sumTicks)).TotalSeconds;

    /// <summary>How many are in a bucket; the last one has no upper end.</summary>
    public long CountIn(int bucket) => _buckets[bucket];

    public void Record(TimeSpan duration)
    {
        double seconds = duration.TotalSeconds;
        int bucket = 0;
        while (bucket < Bounds.Length && seconds > Bounds[bucket])
            bucket++;
        _buckets.Add(bucket);
        Interlocked.Add(ref _sumTicks, duration.Ticks);
        Instrument?.Record(seconds);
    }
}
