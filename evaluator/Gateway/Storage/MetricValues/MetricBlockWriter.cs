using System;
using System.Collections.Generic;
using Defender.Evaluator.Addresses;
using Defender.Evaluator.Metrics;

namespace Defender.Gateway.Storage.MetricValues;

/// <summary>
/// Makes blocks: of the datapoints of one report or period, and of several blocks one. Keeps its memory. Not thread-safe: one for each worker.
/// </summary>
internal sealed class MetricBlockWriter
{
    private readonly BlockDraft _draft = new();
    private readonly ColumnValues _values = new();
    private readonly long[] _times = new long[MetricBlock.MaxSamples];
    private ushort[] _ports = new ushort[64];
    private IpAddress[] _addresses = new IpAddress[64];

    /// <summary>
    /// The block of one sample. Where a series has several datapoints (a period's smallest and largest message), it has as
    /// many samples of that time.
    /// </summary>
    /// <param name="time">Unix milliseconds, between the first and the last instant of <see cref="DateTimeOffset"/>.</param>
    /// <param name="datapoints">The values.</param>
    /// <param name="context">For <paramref name="lookup"/>.</param>
    /// <param name="lookup">Says which of them are kept, and as which series.</param>
    /// <returns>Its bytes, until the next block is made; none when no value is kept.</returns>
    /// <exception cref="ArgumentException">
    /// Datapoints of two kinds have one series, or one series has more than <see cref="MetricBlock.MaxSamples"/>.
    /// </exception>
    public ReadOnlySpan<byte> Encode<TContext>(long time, DatapointBuffer datapoints, TContext context, SeriesLookup<TContext> lookup)
    {
        _draft.Clear();
        foreach (ref readonly Datapoint datapoint in datapoints.Datapoints)
        {
            int series = lookup(context, datapoint.Metric, datapoint.Dimension);
            if (series < 0)
                continue;
            DraftColumn column = _draft.Column(series, datapoint.Metric.Kind);
            int sample = column.Values.Length;
            if (column.Kind != datapoint.Metric.Kind || sample == MetricBlock.MaxSamples)
                throw new ArgumentException($"series {series} cannot take {datapoint.Metric} of {datapoint.Metric.Kind}", nameof(lookup));
            if (sample == _draft.Samples)
                _draft.AddSample(time);
            column.Add(sample, BitsOf(datapoints, datapoint));
        }

        return _draft.Samples == 0 ? [] : _draft.Write();
    }

    /// <summary>One block of the samples of several, in the order of time; those of one time in the order of the blocks.</summary>
    /// <param name="blocks">Not trusted. All of one UTC day.</param>
    /// <param name="merged">The block, until the next is written; empty when refused.</param>
    /// <returns>
    /// False when there is none to merge, or one is damaged, or they are of several days, have more than
    /// <see cref="MetricBlock.MaxSamples"/> together or one series in two kinds: then they are better left as they are.
    /// </returns>
    public bool TryMerge(IReadOnlyList<ReadOnlyMemory<byte>> blocks, out ReadOnlySpan<byte> merged)
    {
        merged = default;
        _draft.Clear();
        for (int i = 0; i < blocks.Count; i++)
        {
            if (!TryAdd(blocks[i].Span))
                return false;
        }

        if (_draft.Samples == 0 || !_draft.IsOfOneDay)
            return false;
        merged = _draft.Write();
        return true;
    }

    private bool TryAdd(ReadOnlySpan<byte> block)
    {
        var walk = new BlockWalk(block, _times);
        int first = _draft.Samples;
        if (walk.Failed || first + walk.Samples > MetricBlock.MaxSamples)
            return false;
        foreach (long time in _times.AsSpan(0, walk.Samples))
            _draft.AddSample(time);
        while (walk.TryNext(out BlockColumnBytes column))
        {
            DraftColumn target = _draft.Column(column.Series, column.Kind);
            if (target.Kind != column.Kind || !_values.TryRead(column, walk.Samples))
                return false;
            AddValues(target, column, first);
        }

        return walk.IsComplete;
    }

    private void AddValues(DraftColumn target, BlockColumnBytes column, int firstSample)
    {
        ReadOnlySpan<long> bits = _values.Bits;
        long place = 0;
        for (int i = 0; i < bits.Length; i++)
        {
            long value = bits[i];
            if (column.Kind > MetricValueKind.Number)
            {
                // A set that is the same as the one before is copied once.
                if (i == 0 || value != bits[i - 1])
                    place = CopySet(SetPlace.Of(column.Body, value));
                value = place;
            }

            target.Add(firstSample + _values.Samples[i], value);
        }
    }

    private long CopySet(ReadOnlySpan<byte> set)
    {
        long place = SetPlace.Of(_draft.Sets.Length, set.Length);
        _draft.Sets.Bytes(set);
        return place;
    }

    private long BitsOf(DatapointBuffer datapoints, in Datapoint datapoint)
    {
        BlockOutput sets = _draft.Sets;
        int start = sets.Length;
        switch (datapoint.Metric.Kind)
        {
            case MetricValueKind.Count:
                return datapoint.Count;
            case MetricValueKind.Number:
                return BitConverter.DoubleToInt64Bits(datapoint.Number);
            case MetricValueKind.Ports:
                SetValues.WritePorts(sets, Copy(datapoints.Ports(datapoint), ref _ports));
                break;
            case MetricValueKind.Cidrs:
                SetValues.WriteAddresses(sets, Copy(datapoints.Addresses(datapoint), ref _addresses));
                break;
            case MetricValueKind.Numbers:
                SetValues.WriteNumbers(sets, datapoints.Numbers(datapoint));
                break;
            default:
                SetValues.WriteStrings(sets, datapoints, datapoint);
                break;
        }

        return SetPlace.Of(start, sets.Length - start);
    }

    private static Span<T> Copy<T>(ReadOnlySpan<T> members, ref T[] scratch)
    {
        if (scratch.Length < members.Length)
            scratch = new T[Math.Max(members.Length, scratch.Length * 2)];
        members.CopyTo(scratch);
        return scratch.AsSpan(0, members.Length);
    }
}
