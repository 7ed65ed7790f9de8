using System;
using System.Collections.Generic;
using Defender.Evaluator.Metrics;

namespace Defender.Gateway.Storage.MetricValues;

/// <summary>
/// Reads one series out of blocks, and looks into no other column. Keeps its memory: a block costs the values it has. Not
/// thread-safe.
/// </summary>
internal sealed class MetricBlockReader
{
    private readonly ColumnValues _values = new();
    private readonly long[] _times = new long[MetricBlock.MaxSamples];

    /// <summary>
    /// Adds the samples of a series. Never throws on what it is given, and holds no more than
    /// <see cref="MetricBlock.MaxSamples"/> values and their members, which take a few times the bytes they are read from.
    /// </summary>
    /// <param name="block">Not trusted.</param>
    /// <param name="series">The id that its values were written with.</param>
    /// <param name="newestFirst">Whether the newest comes first; otherwise the oldest does.</param>
    /// <param name="samples">Takes them; nothing where the block does not have the series, or is refused.</param>
    /// <returns>Whether the block is whole, as far as the times, the outlines of all columns and this one's values tell.</returns>
    public bool TryRead(ReadOnlySpan<byte> block, int series, bool newestFirst, ICollection<MetricSample> samples)
    {
        var walk = new BlockWalk(block, _times);
        BlockColumnBytes found = default;
        bool isFound = false;
        while (walk.TryNext(out BlockColumnBytes column))
        {
            if (column.Series != series)
                continue;
            found = column;
            isFound = true;
        }

        if (!walk.IsComplete)
            return false;
        if (!isFound)
            return true;
        if (!_values.TryRead(found, walk.Samples))
            return false;
        Add(found, newestFirst, samples);
        return true;
    }

    private void Add(BlockColumnBytes column, bool newestFirst, ICollection<MetricSample> samples)
    {
        ReadOnlySpan<long> bits = _values.Bits;
        ReadOnlySpan<int> places = _values.Samples;
        MetricValue? value = null;
        long last = 0;
        for (int i = 0; i < bits.Length; i++)
        {
            int place = newestFirst ? bits.Length - 1 - i : i;

            // Values that stay the same are one object, sets above all.
            if (value is null || bits[place] != last)
                value = ColumnValues.ToMetricValue(column, bits[place]);
            last = bits[place];
            samples.Add(new MetricSample(_times[places[place]], value));
        }
    }
}
