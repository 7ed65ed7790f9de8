using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;

namespace Defender.Gateway.Storage.MetricValues;

/// <summary>Reads the kept values of one series of a thing. Thread-safe.</summary>
internal sealed class MetricValueReader(IStore store, SeriesTable series)
{
    // Two days of blocks of 32 reports, five minutes apart, and what is not merged yet. Overlaps are seen so far.
    private const int BlocksAtOnce = 64;

    private readonly ConcurrentBag<MetricBlockReader> _readers = [];

    /// <summary>The values of a time range, both ends included, the newest first.</summary>
    /// <param name="thingName">The thing.</param>
    /// <param name="metric">The metric.</param>
    /// <param name="dimension">What narrows a cloud-side metric; null for all topics.</param>
    /// <param name="from">Start of the range.</param>
    /// <param name="to">End of the range.</param>
    /// <param name="limit">At most so many.</param>
    /// <exception cref="StoreException">The store could not be read.</exception>
    public IReadOnlyList<MetricSample> Newest(
        string thingName, Metric metric, MetricDimension? dimension, DateTimeOffset from, DateTimeOffset to, int limit)
    {
        var found = new List<MetricSample>();
        if (from > to || limit <= 0 || !series.TryGet(metric, dimension, out int id))
            return found;
        if (!_readers.TryTake(out MetricBlockReader? reader))
            reader = new MetricBlockReader();
        long first = from.ToUnixTimeMilliseconds(), last = to.ToUnixTimeMilliseconds();
        if (DateTimeOffset.FromUnixTimeMilliseconds(first) < from)
            first++;

        // A block begins on the day of its samples, maybe before the range.
        DateTimeOffset midnight = new(from.UtcDateTime.Date, TimeSpan.Zero);
        var samples = new List<MetricSample>();
        for (DateTimeOffset next = to; found.Count < limit;)
        {
            IReadOnlyList<MetricBlockRow> blocks = store.ReadMetricBlocks(thingName, midnight, next, BlocksAtOnce);
            foreach (MetricBlockRow block in blocks)
            {
                // Blocks overlap where a clock was set back: one that began earlier may hold newer values than these.
                if (found.Count >= limit && !ReachesBeyond(block, found[limit - 1].Time))
                    continue;
                samples.Clear();
                reader.TryRead(block.Data.Span, id, newestFirst: true, samples);
                found.AddRange(samples.Where(sample => sample.Time >= first && sample.Time <= last));
                if (found.Count >= limit)
                    CutNewest(found, limit);
            }

            if (blocks.Count < BlocksAtOnce)
                break;
            next = blocks[^1].Start.AddMilliseconds(-1);
        }

        _readers.Add(reader);
        CutNewest(found, limit);
        return found;
    }

    private static bool ReachesBeyond(in MetricBlockRow block, long time) =>
        MetricBlock.TryReadTimes(block.Data.Span, out _, out long last, out _) && last > time;

    private static void CutNewest(List<MetricSample> found, int limit)
    {
        // A value is met twice where its block was merged between two reads.
        found.Sort((a, b) => b.Time.CompareTo(a.Time));
        RemoveRepeated(found);
        if (found.Count > limit)
            found.RemoveRange(limit, found.Count - limit);
    }

    private static void RemoveRepeated(List<MetricSample> samples)
    {
        int kept = 0;
        for (int i = 0; i < samples.Count; i++)
        {
            if (kept == 0 || samples[i] != samples[kept - 1])
                samples[kept++] = samples[i];
        }

        samples.RemoveRange(kept, samples.Count - kept);
    }
}
