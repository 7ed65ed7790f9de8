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
        var found = new List<Found>();
        if (from > to || limit <= 0 || !series.TryGet(metric, dimension, out int id))
            return [];
        if (!_readers.TryTake(out MetricBlockReader? reader))
            reader = new MetricBlockReader();
        long first = from.ToUnixTimeMilliseconds(), last = to.ToUnixTimeMilliseconds();
        if (DateTimeOffset.FromUnixTimeMilliseconds(first) < from)
            first++;

        // A block begins on the day of its samples, maybe before the range.
        DateTimeOffset midnight = new(from.UtcDateTime.Date, TimeSpan.Zero);
        var samples = new List<MetricSample>();
        var blocks = new MetricBlockRows();
        int read = 0;
        for (DateTimeOffset next = to; found.Count < limit;)
        {
            store.ReadMetricBlocks(thingName, midnight, next, BlocksAtOnce, blocks);
            for (int at = 0; at < blocks.Count; at++)
            {
                MetricBlockRow block = blocks[at];
                // Blocks overlap where a clock was set back: one that began earlier may hold newer values than these.
                if (found.Count >= limit && !ReachesBeyond(block, found[limit - 1].Sample.Time))
                    continue;
                samples.Clear();
                reader.TryRead(block.Data.Span, id, newestFirst: true, samples);
                for (int i = 0; i < samples.Count; i++)
                {
                    if (samples[i].Time >= first && samples[i].Time <= last)
                        found.Add(new Found(samples[i], read, i));
                }

                read++;
                if (found.Count >= limit)
                    CutNewest(found, limit);
            }

            if (blocks.Count < BlocksAtOnce)
                break;
            next = blocks[blocks.Count - 1].Start.AddMilliseconds(-1);
        }

        _readers.Add(reader);
        CutNewest(found, limit);
        return [.. found.Take(limit).Select(one => one.Sample)];
    }

    private static bool ReachesBeyond(in MetricBlockRow block, long time) =>
        MetricBlock.TryReadTimes(block.Data.Span, out _, out long last, out _) && last > time;

    // All values of the oldest time stay: only whole times can be compared.
    private static void CutNewest(List<Found> found, int limit)
    {
        found.Sort();
        RemoveRepeated(found);
        int end = Math.Min(limit, found.Count);
        while (end > 0 && end < found.Count && found[end].Sample.Time == found[end - 1].Sample.Time)
            end++;
        found.RemoveRange(end, found.Count - end);
    }

    // What is met twice is what a block holds of one time, where that was merged into another block between two reads. Values of
    // one time that lie in one block are several, be they equal: a period's smallest and largest message.
    private static void RemoveRepeated(List<Found> found)
    {
        int kept = 0, time = 0;
        for (int start = 0, end; start < found.Count; start = end)
        {
            end = start + 1;
            while (end < found.Count && found[end].Sample.Time == found[start].Sample.Time && found[end].Block == found[start].Block)
                end++;
            if (kept > 0 && found[kept - 1].Sample.Time != found[start].Sample.Time)
                time = kept;
            if (IsAmong(found, time, kept, start, end))
                continue;
            for (int i = start; i < end; i++)
                found[kept++] = found[i];
        }

        found.RemoveRange(kept, found.Count - kept);
    }

    // Whether the values from start to end are those of another block of that time, which stand from first to last.
    private static bool IsAmong(List<Found> found, int first, int last, int start, int end)
    {
        for (int other = first, next; other < last; other = next)
        {
            next = other + 1;
            while (next < last && found[next].Block == found[other].Block)
                next++;
            if (found[other].Sample.Time == found[start].Sample.Time && next - other == end - start
                && Enumerable.Range(0, end - start).All(i => found[other + i].Sample == found[start + i].Sample))
                return true;
        }

        return false;
    }

    /// <param name="Sample">The value.</param>
    /// <param name="Block">Which of the blocks that were read it was in.</param>
    /// <param name="Place">Where in it, from its newest.</param>
    private readonly record struct Found(MetricSample Sample, int Block, int Place) : IComparable<Found>
    {
        public int CompareTo(Found other)
        {
            int order = other.Sample.Time.CompareTo(Sample.Time);
            if (order == 0)
                order = Block.CompareTo(other.Block);
            return order == 0 ? Place.CompareTo(other.Place) : order;
        }
    }
}
