using System;

namespace Defender.Evaluator.Percentiles;

/// <summary>The values of a sketch from one power of two up to the next, in buckets of equal width.</summary>
internal sealed class Octave
{
    public const int BucketBits = 7;
    public const int Buckets = 1 << BucketBits;

    /// <summary>Values in each bucket.</summary>
    public long[] Counts { get; } = new long[Buckets];

    /// <summary>The largest value in each bucket; 0 where there is none.</summary>
    public double[] Largest { get; } = new double[Buckets];

    public void Add(int bucket, long count, double largest)
    {
        Counts[bucket] += count;
        Largest[bucket] = Math.Max(Largest[bucket], largest);
    }

    public void Merge(Octave other)
    {
        for (int i = 0; i < Buckets; i++)
            Add(i, other.Counts[i], other.Largest[i]);
    }
}
