using System;
using System.Buffers;
using System.Linq;
using Defender.Evaluator.Percentiles;
using Defender.Evaluator.Profiles;
using Defender.Evaluator.Snapshots;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Defender.Evaluator.Tests.Percentiles;

/// <summary>Percentiles of a sketch against those of a sorted list.</summary>
public sealed class PercentileSketchTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(99)]
    [InlineData(1_000)]
    [InlineData(100_000)]
    public void Every_percentile_of_heavy_tailed_values_is_within_a_hundredth_and_the_ends_are_exact(int count)
    {
        double[] values = HeavyTailed(new Random(count), count);
        PercentileSketch sketch = Of(values);
        Array.Sort(values);

        foreach (Statistic statistic in Statistic.All)
        {
            double exact = Exact(values, statistic);
            Assert.True(sketch.TryGet(statistic, out double found));
            Assert.InRange(found, exact, exact * 1.01);
        }

        Assert.Equal(values[0], Get(sketch, "p0"));
        Assert.Equal(values[^1], Get(sketch, "p100"));
    }

    [Theory]
    [InlineData(1_000, "p99.9", 999)]
    [InlineData(1_000, "p99.99", 1_000)]
    [InlineData(1_000, "p0.1", 1)]
    [InlineData(1_001, "p0.1", 2)]
    [InlineData(100, "p50", 50)]
    [InlineData(101, "p50", 51)]
    [InlineData(10, "p90", 9)]
    [InlineData(20_000, "p0.01", 2)]
    [InlineData(3, "p0", 1)]
    [InlineData(3, "p100", 3)]
    public void The_nearest_rank_is_found_without_rounding(int count, string statistic, int rank)
    {
        // As many zeros as stand below the rank, then one: the answer tells on which side the rank fell.
        PercentileSketch sketch = Of([.. Enumerable.Range(1, count).Select(i => i < rank ? 0.0 : 1.0)]);
        PercentileSketch above = Of([.. Enumerable.Range(1, count).Select(i => i <= rank ? 0.0 : 1.0)]);
        Assert.Equal(1, Get(sketch, statistic));
        Assert.Equal(0, Get(above, statistic));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.37)]
    [InlineData(1_000_003)]
    [InlineData(9007199254740993)]
    [InlineData(double.MaxValue)]
    public void A_fleet_of_equals_is_exact(double value)
    {
        PercentileSketch sketch = Of([value, value, value]);
        Assert.All(Statistic.All, statistic => Assert.Equal(value, Get(sketch, statistic.Name)));
    }

    [Fact]
    public void Whole_numbers_up_to_256_are_exact()
    {
        PercentileSketch sketch = Of([.. Enumerable.Range(1, 256).Select(i => (double)i)]);
        Assert.Equal(128, Get(sketch, "p50"));
        Assert.Equal(231, Get(sketch, "p90"));
        Assert.Equal(254, Get(sketch, "p99"));
    }

    [Fact]
    public void Without_values_there_is_no_percentile() => Assert.False(new PercentileSketch().TryGet(Statistic.All[0], out _));

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Refuses_what_has_no_percentile(double value) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PercentileSketch().Add(value));

    [Fact]
    public void Merging_does_not_depend_on_order_or_grouping_to_the_bit()
    {
        Prop.ForAll(Shards().ToArbitrary(), shards =>
        {
            string whole = Bytes(Of([.. shards.SelectMany(shard => shard)]));
            PercentileSketch leftToRight = new(), rightToLeft = new(), pairs = new();
            foreach (double[] shard in shards)
                leftToRight.Merge(Of(shard));
            foreach (double[] shard in shards.Reverse())
                rightToLeft.Merge(Of(shard));
            foreach (double[][] chunk in shards.Chunk(2))
            {
                PercentileSketch pair = Of(chunk[^1]);
                pair.Merge(chunk.Length == 2 ? Of(chunk[0]) : new PercentileSketch());
                pairs.Merge(pair);
            }

            return Bytes(leftToRight) == whole && Bytes(rightToLeft) == whole && Bytes(pairs) == whole;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_merge_knows_the_smallest_and_the_largest_value_of_both()
    {
        PercentileSketch low = Of([1000.25, 1001]), high = Of([1002, 1003.75]);
        high.Merge(low);
        Assert.Equal(1000.25, Get(high, "p0"));
        Assert.Equal(1003.75, Get(high, "p100"));
        Assert.Equal(4, high.Count);
    }

    [Fact]
    public void Reads_what_it_wrote()
    {
        Prop.ForAll(Shards().ToArbitrary(), shards =>
        {
            PercentileSketch sketch = Of([.. shards.SelectMany(shard => shard)]);
            PercentileSketch read = Read(Convert.FromHexString(Bytes(sketch)), out SnapshotError error);
            return error.Code == SnapshotErrorCode.None && Bytes(read) == Bytes(sketch)
                && Statistic.All.All(s => sketch.TryGet(s, out double a) == read.TryGet(s, out double b) && a.Equals(b));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Is_small_when_the_fleet_is_small()
    {
        PercentileSketch sketch = Of([.. Enumerable.Range(0, 100).Select(i => 1_000_000.0 + i * 7_919)]);
        Assert.InRange(Bytes(sketch).Length / 2, 100, 800);
    }

    /// <summary>Log-normal whole numbers: median 1,100, the largest of 100,000 some millions.</summary>
    private static double[] HeavyTailed(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => Math.Floor(Math.Exp(7 + 2 * Normal(random))))];

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static double Exact(double[] sorted, Statistic statistic) =>
        sorted[Math.Max(1, (int)Math.Ceiling((decimal)statistic.Percentile * sorted.Length / 100)) - 1];

    private static Gen<double[][]> Shards()
    {
        Gen<double> value = Gen.OneOf(
            Gen.Choose(0, 5).Select(i => (double)i),
            Gen.Choose(0, int.MaxValue).Select(i => i / 1000.0),
            Gen.Choose(-1100, 1023).Select(i => Math.Pow(2, i)),
            Gen.Constant(-0.0));
        Gen<double> many = from i in Gen.Choose(1, int.MaxValue) select i / 1000.0;
        return Gen.Elements(value, many).SelectMany(kind =>
            Gen.Choose(0, 30).SelectMany(kind.ArrayOf).ArrayOf(7));
    }

    private static PercentileSketch Of(double[] values)
    {
        var sketch = new PercentileSketch();
        foreach (double value in values)
            sketch.Add(value);
        return sketch;
    }

    private static double Get(PercentileSketch sketch, string name)
    {
        Assert.True(Statistic.TryParse(name, out Statistic statistic));
        Assert.True(sketch.TryGet(statistic, out double value));
        return value;
    }

    private static string Bytes(PercentileSketch sketch)
    {
        var output = new ArrayBufferWriter<byte>();
        sketch.Write(new SnapshotWriter(output));
        return Convert.ToHexString(output.WrittenSpan);
    }

    private static PercentileSketch Read(byte[] bytes, out SnapshotError error)
    {
        var reader = new SnapshotReader(bytes);
        PercentileSketch sketch = PercentileSketch.Read(ref reader);
        reader.AtEnd();
        error = reader.Error;
        return sketch;
    }
}
