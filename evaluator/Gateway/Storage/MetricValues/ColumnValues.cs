using System;
using System.Numerics;
using Defender.Evaluator.Metrics;

namespace Defender.Gateway.Storage.MetricValues;

/// <summary>The values of one column, decoded: reused from column to column, at most <see cref="MetricBlock.MaxSamples"/>.</summary>
internal sealed class ColumnValues
{
    private readonly int[] _samples = new int[MetricBlock.MaxSamples];
    private readonly long[] _bits = new long[MetricBlock.MaxSamples];

    /// <summary>Which sample each value is of, ascending.</summary>
    public ReadOnlySpan<int> Samples => _samples.AsSpan(0, Count);

    /// <summary>
    /// A count, the bits of a double, or where a set lies in the column's bytes (see <see cref="SetPlace"/>). A set that is
    /// the same as the one before lies in the same place.
    /// </summary>
    public ReadOnlySpan<long> Bits => _bits.AsSpan(0, Count);

    private int Count { get; set; }

    /// <summary>Decodes and checks a column. Never throws.</summary>
    /// <param name="column">Not trusted.</param>
    /// <param name="samples">How many the block has.</param>
    public bool TryRead(BlockColumnBytes column, int samples)
    {
        var input = new BlockInput(column.Body);
        Count = 0;
        if (column.IsPartial)
        {
            ReadBitmap(input.Take((samples + 7) / 8), samples);
        }
        else
        {
            for (int i = 0; i < samples; i++)
                _samples[i] = i;
            Count = samples;
        }

        if (Count == 0 || (column.IsRaw && column.Kind != MetricValueKind.Number))
            return false;
        Span<long> bits = _bits.AsSpan(0, Count);
        if (column.Kind > MetricValueKind.Number)
            ReadSets(ref input, column, bits);
        else if (column.IsRaw)
            ReadDoubles(ref input, bits);
        else
            ReadNumbers(ref input, column.Kind, bits);
        return input.AtEnd;
    }

    /// <summary>The document value of one of them.</summary>
    public static MetricValue ToMetricValue(BlockColumnBytes column, long bits) => column.Kind switch
    {
        MetricValueKind.Count => MetricValue.OfCount(bits),
        MetricValueKind.Number => MetricValue.OfNumber(BitConverter.Int64BitsToDouble(bits)),
        _ => SetValues.ToMetricValue(SetPlace.Of(column.Body, bits), column.Kind),
    };

    private void ReadBitmap(ReadOnlySpan<byte> bitmap, int samples)
    {
        for (int i = 0; i < bitmap.Length; i++)
        {
            for (uint rest = bitmap[i]; rest != 0; rest &= rest - 1)
            {
                int sample = i * 8 + BitOperations.TrailingZeroCount(rest);
                if (sample >= samples)
                {
                    Count = 0;
                    return;
                }

                _samples[Count++] = sample;
            }
        }
    }

    private static void ReadNumbers(ref BlockInput input, MetricValueKind kind, Span<long> bits)
    {
        PackedNumbers.Read(ref input, bits);
        for (int i = 0; i < bits.Length; i++)
        {
            if (kind == MetricValueKind.Number)
                bits[i] = BitConverter.DoubleToInt64Bits(bits[i]);
            else if (bits[i] < 0)
                input.Refuse();
        }
    }

    private static void ReadDoubles(ref BlockInput input, Span<long> bits)
    {
        for (int i = 0; i < bits.Length; i++)
            bits[i] = BitConverter.DoubleToInt64Bits(SetValues.CheckFinite(ref input));
    }

    private static void ReadSets(ref BlockInput input, BlockColumnBytes column, Span<long> bits)
    {
        int length = column.Body.Length;
        for (int i = 0; i < bits.Length && !input.Failed; i++)
        {
            int start = length - input.Left;
            if (!SetValues.Check(ref input, column.Kind))
                bits[i] = SetPlace.Of(start, length - input.Left - start);
            else if (i > 0)
                bits[i] = bits[i - 1];
            else
                input.Refuse();
        }
    }
}

/// <summary>Where the bytes of a set lie, as one number.</summary>
internal static class SetPlace
{
    public static long Of(int start, int length) => (long)start << 32 | (uint)length;

    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> bytes, long place) => bytes.Slice((int)(place >> 32), (int)place);
}
