using System;
using System.Buffers.Binary;
using Defender.Evaluator.Profiles;
using Defender.Evaluator.Snapshots;

namespace Defender.Evaluator.Percentiles;

/// <summary>
/// A log-linear histogram of non-negative values: 128 buckets between one power of two and the next. Its percentiles
/// are by nearest rank; p0, p100 and any fleet of equal values are exact, others at most <see cref="RelativeError"/>
/// above the exact value and never below it. Not thread-safe.
/// </summary>
/// <remarks>
/// Each bucket knows the largest value it was given, so that an answer is always a value that a thing really had: a
/// bucket's edge in its place would put things with that very value on the wrong side of a comparison with it.
/// Merging is associative and commutative to the bit: the order in which shards come together does not matter.
/// A number that is not zero but below 2^-1022 counts as zero.
/// </remarks>
public sealed class PercentileSketch
{
    /// <summary>The width of a bucket: 1/128, below 0.8 %.</summary>
    public const double RelativeError = 1.0 / Octave.Buckets;

    /// <summary>Bits of a double's fraction that the bucket does not say.</summary>
    private const int RestBits = 52 - Octave.BucketBits;
    private const ulong RestMask = (1UL << RestBits) - 1;

    /// <summary>More values than any window has; saved sketches that claim more could overflow a merge.</summary>
    private const long MaxSavedCount = 1L << 48;

    private const int FirstBucket = 1 << Octave.BucketBits; // exponent 0 are the numbers that count as zero
    private const int BucketLimit = 0x7FF << Octave.BucketBits; // exponent 0x7FF are infinity and NaN

    // One for each power of two from _lowest on, null where there was no value: 2 KB each.
    private Octave?[] _octaves = [];
    private int _lowest;
    private long _zeros;
    private double _min = double.PositiveInfinity;

    /// <summary>Values added.</summary>
    public long Count { get; private set; }

    /// <summary>Adds a value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative, infinite or not a number.</exception>
    public void Add(double value)
    {
        if (!(value >= 0) || double.IsInfinity(value))
            throw new ArgumentOutOfRangeException(nameof(value), value, "percentiles are kept of finite values from 0 up");
        int bucket = BucketOf(value);
        Count++;
        if (bucket < FirstBucket)
        {
            _zeros++;
            _min = 0;
            return;
        }

        _min = Math.Min(_min, value);
        OctaveOf(bucket).Add(bucket % Octave.Buckets, 1, value);
    }

    /// <summary>Adds all values of another sketch.</summary>
    public void Merge(PercentileSketch other)
    {
        Count += other.Count;
        _zeros += other._zeros;
        _min = Math.Min(_min, other._min);
        for (int i = 0; i < other._octaves.Length; i++)
        {
            if (other._octaves[i] is { } octave)
                OctaveOf((other._lowest + i) * Octave.Buckets).Merge(octave);
        }
    }

    /// <summary>The value that a percentile of the values is not above, by nearest rank. False while there are none.</summary>
    public bool TryGet(Statistic statistic, out double value)
    {
        // AWS's percentiles are multiples of 0.01: whole numbers keep the rank exact at any count.
        var hundredths = (UInt128)Math.Round(statistic.Percentile * 100);
        long rank = Math.Max(1, (long)(((UInt128)Count * hundredths + 9_999) / 10_000));
        value = Count == 0 ? 0 : rank == 1 ? _min : AtRank(rank);
        return Count > 0;
    }

    private double AtRank(long rank)
    {
        long passed = _zeros;
        if (rank <= passed)
            return 0;
        foreach (Octave? octave in _octaves)
        {
            for (int i = 0; octave is not null && i < Octave.Buckets; i++)
            {
                passed += octave.Counts[i];
                if (rank <= passed)
                    return octave.Largest[i];
            }
        }

        throw new InvalidOperationException($"rank {rank} of {Count} values");
    }

    // The exponent and the first bits of the fraction; the sign of -0 is dropped.
    private static int BucketOf(double value) => (int)(BitConverter.DoubleToUInt64Bits(Math.Abs(value)) >> RestBits);

    private Octave OctaveOf(int bucket)
    {
        int octave = bucket / Octave.Buckets;
        if (_octaves.Length == 0)
            _lowest = octave;
        int lowest = Math.Min(octave, _lowest), end = Math.Max(octave + 1, _lowest + _octaves.Length);
        if (end - lowest > _octaves.Length)
        {
            var wider = new Octave?[end - lowest];
            _octaves.CopyTo(wider, _lowest - lowest);
            _octaves = wider;
            _lowest = lowest;
        }

        return _octaves[octave - _lowest] ??= new Octave();
    }

    /// <summary>
    /// Zeros, then the buckets that hold values, in order: distance to the one before, count, largest value; behind the
    /// first one the smallest value. Equal contents are equal bytes.
    /// </summary>
    internal void Write(SnapshotWriter writer)
    {
        writer.Number((ulong)_zeros);
        writer.Number((ulong)CountFilled());
        int before = FirstBucket - 1;
        for (int i = 0; i < _octaves.Length * Octave.Buckets; i++)
        {
            if (_octaves[i / Octave.Buckets] is not { } octave || octave.Counts[i % Octave.Buckets] == 0)
                continue;
            int bucket = _lowest * Octave.Buckets + i;
            writer.Number((ulong)(bucket - before));
            writer.Number((ulong)octave.Counts[i % Octave.Buckets]);
            WriteRest(writer, octave.Largest[i % Octave.Buckets]);
            if (before < FirstBucket && _zeros == 0)
                WriteRest(writer, _min);
            before = bucket;
        }
    }

    internal static PercentileSketch Read(ref SnapshotReader reader)
    {
        var sketch = new PercentileSketch { _zeros = ReadCount(ref reader) };
        sketch.Count = sketch._zeros;
        if (sketch._zeros > 0)
            sketch._min = 0;
        int filled = reader.Count(leastBytes: 3);
        int bucket = FirstBucket - 1;
        for (int i = 0; i < filled && !reader.Failed; i++)
        {
            bucket += reader.Within(1, BucketLimit - FirstBucket);
            long count = ReadCount(ref reader);
            if (bucket >= BucketLimit || count == 0 || sketch.Count > MaxSavedCount - count)
            {
                reader.Refuse();
                break;
            }

            double largest = ReadRest(ref reader, bucket);
            if (i == 0 && sketch._zeros == 0)
                sketch._min = ReadRest(ref reader, bucket);
            if (sketch._min > largest || (i == 0 && count == 1 && sketch._zeros == 0 && sketch._min < largest))
                reader.Refuse();
            sketch.Count += count;
            sketch.OctaveOf(bucket).Add(bucket % Octave.Buckets, count, largest);
        }

        return sketch;
    }

    private int CountFilled()
    {
        int filled = 0;
        foreach (Octave? octave in _octaves)
            filled += octave is null ? 0 : Octave.Buckets - octave.Counts.AsSpan().Count(0);
        return filled;
    }

    private static long ReadCount(ref SnapshotReader reader)
    {
        ulong count = reader.Number();
        return (long)(count <= MaxSavedCount ? count : reader.Refuse());
    }

    // Whole numbers end in zeros: with the bytes turned around these lead, and a Number leaves them out.
    private static void WriteRest(SnapshotWriter writer, double value) =>
        writer.Number(BinaryPrimitives.ReverseEndianness((BitConverter.DoubleToUInt64Bits(value) & RestMask) << 64 - RestBits));

    private static double ReadRest(ref SnapshotReader reader, int bucket)
    {
        ulong rest = BinaryPrimitives.ReverseEndianness(reader.Number());
        if ((rest & (1UL << 64 - RestBits) - 1) != 0)
            reader.Refuse();
        return BitConverter.UInt64BitsToDouble((ulong)bucket << RestBits | rest >> 64 - RestBits);
    }
}
