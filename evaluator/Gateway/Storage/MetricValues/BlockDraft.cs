using System;
using System.Buffers;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Defender.Evaluator.Metrics;

namespace Defender.Gateway.Storage.MetricValues;

/// <summary>A block before it is bytes: samples in any order, columns as they come up. Keeps its memory from block to block.</summary>
internal sealed class BlockDraft
{
    private static readonly Comparison<DraftColumn> BySeries = (left, right) => left.Series.CompareTo(right.Series);

    private readonly List<Sample> _samples = [];
    private readonly Dictionary<int, DraftColumn> _bySeries = [];

    // The first of them are in use, as many as there are series.
    private readonly List<DraftColumn> _columns = [];

    private readonly ArrayBufferWriter<byte> _sets = new();
    private readonly ArrayBufferWriter<byte> _block = new();
    private readonly ArrayBufferWriter<byte> _body = new();
    private long[] _numbers = new long[32];
    private int[] _ranks = new int[32];

    public int Samples => _samples.Count;

    /// <summary>Where the bytes of sets are written to; a value's bits tell the place.</summary>
    public BlockOutput Sets => new(_sets);

    public void Clear()
    {
        _samples.Clear();
        _bySeries.Clear();
        _sets.ResetWrittenCount();
    }

    /// <summary>Adds a sample after those of the same time.</summary>
    public void AddSample(long time) => _samples.Add(new Sample(time, _samples.Count));

    /// <summary>Whether all samples are of one day.</summary>
    public bool IsOfOneDay
    {
        get
        {
            foreach (Sample sample in _samples)
            {
                if (MetricBlock.DayOf(sample.Time) != MetricBlock.DayOf(_samples[0].Time))
                    return false;
            }

            return true;
        }
    }

    /// <summary>The column of a series, a new one where it has none yet. Its kind may be another than the one asked for.</summary>
    public DraftColumn Column(int series, MetricValueKind kind)
    {
        if (_bySeries.TryGetValue(series, out DraftColumn? column))
            return column;
        if (_bySeries.Count == _columns.Count)
            _columns.Add(new DraftColumn());
        column = _columns[_bySeries.Count];
        _bySeries.Add(series, column);
        column.Begin(series, kind);
        return column;
    }

    /// <summary>The block, until the next one is written.</summary>
    public ReadOnlySpan<byte> Write()
    {
        bool wasSorted = SortSamples();
        var output = new BlockOutput(_block);
        output.Clear();
        output.Byte(MetricBlock.Version);
        output.Number((ulong)Samples);
        WriteTimes(output);
        Span<DraftColumn> columns = CollectionsMarshal.AsSpan(_columns)[.._bySeries.Count];
        columns.Sort(BySeries);
        output.Number((ulong)columns.Length);
        int previous = -1;
        foreach (DraftColumn column in columns)
        {
            if (!wasSorted)
                column.Reorder(_ranks);
            output.Number((ulong)(column.Series - previous - 1));
            WriteColumn(output, column);
            previous = column.Series;
        }

        return output.Written;
    }

    /// <summary>Brings the samples into the order of time, and says for each where it is now; false when they were not in it.</summary>
    private bool SortSamples()
    {
        bool isSorted = true;
        for (int i = 1; i < Samples; i++)
            isSorted &= _samples[i - 1].Time <= _samples[i].Time;
        if (isSorted)
            return true;
        _samples.Sort();
        Reserve(ref _ranks, Samples);
        for (int i = 0; i < Samples; i++)
            _ranks[_samples[i].Ordinal] = i;
        return false;
    }

    private void WriteTimes(BlockOutput output)
    {
        output.Signed(_samples[0].Time);
        if (Samples == 1)
            return;
        Reserve(ref _numbers, Samples);
        for (int i = 1; i < Samples; i++)
            _numbers[i - 1] = _samples[i].Time - _samples[i - 1].Time;
        PackedNumbers.Write(output, _numbers.AsSpan(0, Samples - 1));
    }

    private void WriteColumn(BlockOutput output, DraftColumn column)
    {
        ReadOnlySpan<DraftValue> values = column.Values;
        var body = new BlockOutput(_body);
        body.Clear();
        bool isPartial = values.Length < Samples;
        if (isPartial)
            WriteBitmap(body.Take((Samples + 7) / 8), values);
        bool isRaw = column.Kind == MetricValueKind.Number && !AreWhole(values);
        if (column.Kind > MetricValueKind.Number)
            WriteSets(body, values);
        else if (isRaw)
            WriteDoubles(body, values);
        else
            WriteNumbers(body, column.Kind, values);
        output.Byte((byte)((int)column.Kind | (isPartial ? BlockColumnBytes.HasBitmap : 0) | (isRaw ? BlockColumnBytes.HasRawDoubles : 0)));
        output.Number((ulong)body.Length);
        output.Bytes(body.Written);
    }

    private static void WriteBitmap(Span<byte> bitmap, ReadOnlySpan<DraftValue> values)
    {
        bitmap.Clear();
        foreach (DraftValue value in values)
            bitmap[value.Sample >> 3] |= (byte)(1 << (value.Sample & 7));
    }

    private void WriteSets(BlockOutput body, ReadOnlySpan<DraftValue> values)
    {
        ReadOnlySpan<byte> previous = default;
        foreach (DraftValue value in values)
        {
            ReadOnlySpan<byte> set = SetPlace.Of(_sets.WrittenSpan, value.Bits);
            if (set.SequenceEqual(previous))
                body.Byte(SetValues.Same);
            else
                body.Bytes(set);
            previous = set;
        }
    }

    private static bool AreWhole(ReadOnlySpan<DraftValue> values)
    {
        foreach (DraftValue value in values)
        {
            if (!SetValues.IsWhole(BitConverter.Int64BitsToDouble(value.Bits)))
                return false;
        }

        return true;
    }

    private static void WriteDoubles(BlockOutput body, ReadOnlySpan<DraftValue> values)
    {
        foreach (DraftValue value in values)
            BitConverter.TryWriteBytes(body.Take(sizeof(long)), value.Bits);
    }

    private void WriteNumbers(BlockOutput body, MetricValueKind kind, ReadOnlySpan<DraftValue> values)
    {
        Reserve(ref _numbers, values.Length);
        for (int i = 0; i < values.Length; i++)
            _numbers[i] = kind == MetricValueKind.Number ? (long)BitConverter.Int64BitsToDouble(values[i].Bits) : values[i].Bits;
        PackedNumbers.Write(body, _numbers.AsSpan(0, values.Length));
    }

    private static void Reserve<T>(ref T[] items, int length)
    {
        if (items.Length < length)
            items = new T[Math.Max(length, items.Length * 2)];
    }

    /// <summary>Samples of one time keep the order they came in.</summary>
    private readonly record struct Sample(long Time, int Ordinal) : IComparable<Sample>
    {
        public int CompareTo(Sample other) => Time != other.Time ? Time.CompareTo(other.Time) : Ordinal.CompareTo(other.Ordinal);
    }
}
