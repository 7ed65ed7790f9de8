using System;
using Defender.Evaluator.Metrics;

namespace Defender.Gateway.Storage.MetricValues;

/// <summary>Goes through a block: its times at once, then its columns one by one, without looking into them.</summary>
internal ref struct BlockWalk
{
    private static readonly long Earliest = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long Latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private BlockInput _input;
    private int _columns;
    private int _series = -1;

    /// <summary>Reads the times of a block.</summary>
    /// <param name="block">Not trusted.</param>
    /// <param name="times">Takes them; has room for <see cref="MetricBlock.MaxSamples"/>.</param>
    public BlockWalk(ReadOnlySpan<byte> block, Span<long> times)
    {
        _input = new BlockInput(block);
        if (_input.Byte() != MetricBlock.Version)
            _input.Refuse();
        Samples = _input.Within(MetricBlock.MaxSamples);
        if (Samples == 0)
            _input.Refuse();
        else
            ReadTimes(times[..Samples]);
        _columns = _input.Within(int.MaxValue);
    }

    public int Samples { get; }

    public readonly bool Failed => _input.Failed;

    /// <summary>Steps to the next column. At the end, tell a whole block from a broken one by <see cref="IsComplete"/>.</summary>
    public bool TryNext(out BlockColumnBytes column)
    {
        column = default;
        if (_columns == 0 || Failed)
            return false;
        _columns--;
        int gap = _input.Within(int.MaxValue - 1);
        byte form = _input.Byte();
        ReadOnlySpan<byte> body = _input.Take(_input.Within(int.MaxValue));
        bool isForm = (form & BlockColumnBytes.KindMask) <= (int)MetricValueKind.Strings && form <= BlockColumnBytes.MaxForm;
        if (!isForm || (long)_series + gap + 1 > int.MaxValue)
            _input.Refuse();
        if (Failed)
            return false;
        _series += gap + 1;
        column = new BlockColumnBytes(_series, form, body);
        return true;
    }

    /// <summary>Whether all columns were stepped through and nothing follows them.</summary>
    public readonly bool IsComplete => _columns == 0 && _input.AtEnd;

    private void ReadTimes(Span<long> times)
    {
        long first = _input.Signed();
        if (first < Earliest || first > Latest)
            _input.Refuse();
        if (times.Length > 1)
            PackedNumbers.Read(ref _input, times[1..]);

        // What may be left of the day bounds each step, so that no sum of them overflows.
        long left = (MetricBlock.DayOf(first) + 1) * MetricBlock.Day - 1 - first;
        times[0] = first;
        for (int i = 1; i < times.Length; i++)
        {
            long step = times[i];
            if (step < 0 || step > left)
            {
                _input.Refuse();
                return;
            }

            left -= step;
            times[i] = times[i - 1] + step;
        }
    }
}

/// <summary>A column as it stands in a block.</summary>
internal readonly ref struct BlockColumnBytes(int series, byte form, ReadOnlySpan<byte> body)
{
    public const byte KindMask = 0x07, HasBitmap = 0x08, HasRawDoubles = 0x10, MaxForm = 0x1F;

    public int Series { get; } = series;

    public MetricValueKind Kind { get; } = (MetricValueKind)(form & KindMask);

    /// <summary>Whether the series is in some samples only.</summary>
    public bool IsPartial { get; } = (form & HasBitmap) != 0;

    /// <summary>Whether doubles are 8 bytes each.</summary>
    public bool IsRaw { get; } = (form & HasRawDoubles) != 0;

    public ReadOnlySpan<byte> Body { get; } = body;
}
