using System;
using System.Collections.Immutable;

namespace Defender.Gateway.CloudMetrics;

/// <summary>What a client did in a period; reused from period to period.</summary>
internal sealed class PeriodCounts
{
    /// <summary>Over all topics.</summary>
    public TrafficCounts All;

    /// <summary>CONNECTs, also those that were refused.</summary>
    public long Attempts { get; set; }

    /// <summary>Connections that ended.</summary>
    public long Disconnects { get; set; }

    /// <summary>Over the topics of each dimension of the client's <see cref="CloudSeries"/>.</summary>
    public TrafficCounts[] ByDimension { get; private set; } = [];

    /// <summary>Counts what another period has as if it belonged to this one. Both have the same dimensions.</summary>
    public void Add(PeriodCounts other)
    {
        All.Add(other.All);
        Attempts += other.Attempts;
        Disconnects += other.Disconnects;
        for (int i = 0; i < ByDimension.Length; i++)
            ByDimension[i].Add(other.ByDimension[i]);
    }

    public void Clear()
    {
        All.Clear();
        Attempts = 0;
        Disconnects = 0;
        foreach (ref TrafficCounts counts in ByDimension.AsSpan())
            counts.Clear();
    }

    /// <summary>Changes what is counted apart: dimensions that stay keep their counts, new ones begin with none.</summary>
    public void Rearrange(ImmutableArray<TopicDimension> before, ImmutableArray<TopicDimension> after)
    {
        TrafficCounts[] counts = after.IsEmpty ? [] : new TrafficCounts[after.Length];
        for (int i = 0; i < counts.Length; i++)
        {
            for (int old = 0; old < ByDimension.Length; old++)
            {
                if (after[i].IsSame(before[old]))
                    counts[i] = ByDimension[old];
            }
        }

        ByDimension = counts;
    }
}
