using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Defender.Evaluator.Metrics;

namespace Defender.Gateway.Storage.MetricValues;

/// <summary>The values of one series in a <see cref="BlockDraft"/>; reused for another series of the next block.</summary>
internal sealed class DraftColumn
{
    private readonly List<DraftValue> _values = [];

    public int Series { get; private set; }

    public MetricValueKind Kind { get; private set; }

    public ReadOnlySpan<DraftValue> Values => CollectionsMarshal.AsSpan(_values);

    public void Begin(int series, MetricValueKind kind)
    {
        Series = series;
        Kind = kind;
        _values.Clear();
    }

    public void Add(int sample, long bits) => _values.Add(new DraftValue(sample, bits));

    /// <summary>Follows the samples to where they are now.</summary>
    /// <param name="ranks">For each sample its new place.</param>
    public void Reorder(ReadOnlySpan<int> ranks)
    {
        Span<DraftValue> values = CollectionsMarshal.AsSpan(_values);
        foreach (ref DraftValue value in values)
            value = value with { Sample = ranks[value.Sample] };
        values.Sort(static (left, right) => left.Sample.CompareTo(right.Sample));
    }
}

/// <summary>A value in a <see cref="DraftColumn"/>.</summary>
/// <param name="Sample">Which sample it is of.</param>
/// <param name="Bits">As <see cref="ColumnValues.Bits"/>; sets lie in the draft's bytes.</param>
internal readonly record struct DraftValue(int Sample, long Bits);
