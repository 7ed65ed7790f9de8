using System;
using System.Collections.Generic;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Metrics;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.MetricValues;

namespace Defender.Gateway.Ingest;

/// <summary>
/// Keeps the values that profiles judge or retain: each report as a block of one sample, durable with it, and from time to
/// time the last ones of a thing merged into one block, which takes a fraction of the bytes. One owner.
/// </summary>
internal sealed class MetricLog(IStore store, SeriesTable series)
{
    /// <summary>Samples of a merged block.</summary>
    public const int SamplesPerBlock = 32;

    // Where a thing reports so often that its samples are never all stored when the next one comes, it begins anew.
    private const int MaxTail = 200;

    // A clock that is set back by more begins anew, one by less makes times of the next milliseconds.
    private const long MaxStepBack = 1000;

    private readonly MetricBlockWriter _writer = new();
    private readonly MetricBlockRows _rows = new();
    private readonly List<ReadOnlyMemory<byte>> _oldestFirst = [];

    /// <summary>Whether the values of a thing's next report may be what its blocks are read and merged for.</summary>
    public static bool MayMerge(ThingRecord thing, DateTimeOffset at)
    {
        MetricTail tail = thing.Tail;
        long time = at.ToUnixTimeMilliseconds();
        return tail.Count >= SamplesPerBlock || (tail.Count > 0 && (time + MaxStepBack < tail.Last || MetricBlock.DayOf(time) != MetricBlock.DayOf(tail.First)));
    }

    /// <summary>Puts the values of a report into a batch.</summary>
    /// <param name="thing">The thing; its tail moves on.</param>
    /// <param name="profiles">What applies to it.</param>
    /// <param name="datapoints">The values.</param>
    /// <param name="at">When the report came.</param>
    /// <param name="changes">The batch.</param>
    /// <exception cref="StoreException">Stored blocks could not be read.</exception>
    public void Record(ThingRecord thing, ThingProfiles profiles, DatapointBuffer datapoints, DateTimeOffset at, StoreBatch changes)
    {
        if (profiles.Kept.IsEmpty)
            return;
        long time = at.ToUnixTimeMilliseconds();
        MetricTail tail = thing.Tail;
        if (tail.Count > 0 && time <= tail.Last && tail.Last - time <= MaxStepBack)
            time = tail.Last + 1;
        ReadOnlySpan<byte> block = _writer.Encode(
            time,
            datapoints,
            (Profiles: profiles, Series: series),
            static (context, metric, dimension) => context.Profiles.Keeps(metric, dimension) ? context.Series.Add(metric, dimension) : -1);
        if (block.IsEmpty)
            return;

        ReadOnlyMemory<byte> kept = changes.Keep(block);
        bool isOver = tail.Count > 0 && (time <= tail.Last || MetricBlock.DayOf(time) != MetricBlock.DayOf(tail.First));
        bool isInBatch = thing.TailBatch == changes.Generation;
        if (tail.Count > 0 && (isOver || tail.Count >= SamplesPerBlock) && !isInBatch)
        {
            Merge(thing.Name, tail, changes);
            tail = default;
        }
        else if (isOver || tail.Count >= MaxTail)
        {
            tail = default;
        }

        changes.MetricBlocks.Add(new MetricBlockRow(thing.Name, DateTimeOffset.FromUnixTimeMilliseconds(time), kept));
        thing.Tail = tail.Count == 0 ? new MetricTail(time, time, 1) : new MetricTail(tail.First, time, (byte)(tail.Count + 1));
        thing.TailBatch = changes.Generation;
        series.Save(changes);
    }

    /// <summary>A batch is stored and not cleared yet.</summary>
    public void Stored(StoreBatch changes) => series.Saved(changes);

    private void Merge(string thingName, MetricTail tail, StoreBatch changes)
    {
        if (tail.Count < 2)
            return;
        DateTimeOffset first = DateTimeOffset.FromUnixTimeMilliseconds(tail.First);
        DateTimeOffset last = DateTimeOffset.FromUnixTimeMilliseconds(tail.Last);
        try
        {
            store.ReadMetricBlocks(thingName, first, last, MaxTail + 1, _rows);
        }
        catch (StoreException)
        {
            // Merging only saves space: a block that cannot be read must not keep the thing's reports out.
            return;
        }

        // More than the tail itself are there where a clock was set back. What was not read must not be deleted.
        if (_rows.Count is < 2 or > MaxTail)
            return;
        _oldestFirst.Clear();
        for (int i = _rows.Count - 1; i >= 0; i--)
            _oldestFirst.Add(_rows[i].Data);
        if (!_writer.TryMerge(_oldestFirst, out ReadOnlySpan<byte> merged))
            return;
        changes.MergedMetricBlocks.Add(new MetricBlockRange(thingName, first, last));
        changes.MetricBlocks.Add(new MetricBlockRow(thingName, _rows[_rows.Count - 1].Start, changes.Keep(merged)));
    }
}
