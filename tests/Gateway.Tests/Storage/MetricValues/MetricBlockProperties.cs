using System;
using System.Collections.Generic;
using System.Linq;
using Defender.Evaluator.Metrics;
using Defender.Gateway.Storage.MetricValues;
using FsCheck;
using FsCheck.Fluent;
using Xunit;
using static Defender.Gateway.Tests.Storage.MetricValues.Values;

namespace Defender.Gateway.Tests.Storage.MetricValues;

/// <summary>Blocks of random samples, and what becomes of damaged ones.</summary>
public sealed class MetricBlockProperties
{
    private static readonly Config Often = Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(60);

    [Fact]
    public void What_is_written_and_merged_in_any_groups_is_read_again()
    {
        var writer = new MetricBlockWriter();
        Prop.ForAll(Histories().ToArbitrary(), history =>
        {
            byte[][] single = [.. history.Samples.Select(sample => Block(writer, sample.Time, sample.Fill))];
            byte[] groups = Merge([.. single.Chunk(history.Group).Select(group => Merge(group))]);
            Assert.Equal(Merge(single), groups);
            foreach (Metric metric in Kinds)
            {
                IEnumerable<MetricSample> expected = history.Samples
                    .OrderBy(sample => sample.Time)
                    .SelectMany(sample => sample.Values.Where(value => value.Metric == metric).Select(value => new MetricSample(sample.Time, Sorted(value.Value))));
                Assert.Equal(expected, Read(groups, metric));
                Assert.Equal(expected.Reverse(), Read(groups, metric, newestFirst: true));
            }
        }).Check(Often);
    }

    [Fact]
    public void Packed_numbers_come_back_whatever_they_are()
    {
        Prop.ForAll(Numbers().ToArbitrary(), numbers =>
        {
            var bytes = new System.Buffers.ArrayBufferWriter<byte>();
            PackedNumbers.Write(new BlockOutput(bytes), numbers);
            var input = new BlockInput(bytes.WrittenSpan);
            long[] read = new long[numbers.Length];
            PackedNumbers.Read(ref input, read);
            Assert.True(input.AtEnd);
            Assert.Equal(numbers, read);
        }).Check(Often);
    }

    [Fact]
    public void Every_shorter_part_of_a_block_is_refused()
    {
        byte[] block = Rich();
        var reader = new MetricBlockReader();
        List<MetricSample> samples = [];
        for (int length = 0; length < block.Length; length++)
        {
            foreach (Metric metric in Kinds)
                Assert.False(reader.TryRead(block.AsSpan(0, length), SeriesOf(metric), newestFirst: false, samples));
            Assert.False(new MetricBlockWriter().TryMerge([block.AsMemory(0, length)], out _));
        }

        Assert.Empty(samples);
    }

    [Fact]
    public void Damaged_blocks_are_refused_or_read_but_never_throw_and_stay_small()
    {
        byte[] good = Rich();
        var reader = new MetricBlockReader();
        var writer = new MetricBlockWriter();
        int read = 0;
        Prop.ForAll(Damage(good.Length).ToArbitrary(), damage =>
        {
            byte[] block = [.. good];
            foreach ((int at, byte bits) in damage)
                block[at] ^= bits;
            long before = GC.GetAllocatedBytesForCurrentThread();
            bool isWhole = Kinds.Aggregate(true, (all, metric) => all & TryUse(reader, block, SeriesOf(metric)));
            bool isMerged = writer.TryMerge([block], out ReadOnlySpan<byte> whole);
            byte[] merged = whole.ToArray();
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
            Assert.True(!isMerged || isWhole, "what is merged can be read");
            Assert.True(!isMerged || Kinds.All(metric => TryUse(reader, merged, SeriesOf(metric))));
            read += isMerged ? 1 : 0;
        }).Check(Often.WithMaxTest(5000));
        Assert.InRange(read, 100, 4900);
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        var reader = new MetricBlockReader();
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            TryUse(reader, [MetricBlock.Version, .. bytes], 3);
            TryUse(reader, [MetricBlock.Version, 2, 0, 2, 1, 3, 0, (byte)bytes.Length, .. bytes], 3);
        }).Check(Often.WithMaxTest(3000));
    }

    [Theory]
    [InlineData("010100010302ffffffff07")] // a set of more ports than there are bytes
    [InlineData("010100010305ffffffff0f")]
    [InlineData("01ffff0300")] // more samples than a block may have
    [InlineData("0101000103ff00")] // no such form
    [InlineData("010100ffffffff07")] // more columns than there are bytes
    public void Counts_that_the_bytes_cannot_hold_are_refused_before_anything_is_allocated(string hex)
    {
        byte[] block = Convert.FromHexString(hex);
        var reader = new MetricBlockReader();
        Assert.False(TryUse(reader, block, 3));
        long before = GC.GetAllocatedBytesForCurrentThread();
        TryUse(reader, block, 3);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200);
    }

    private static bool TryUse(MetricBlockReader reader, byte[] block, int series)
    {
        List<MetricSample> samples = [];
        bool isRead = reader.TryRead(block, series, newestFirst: true, samples);
        Assert.True(isRead || samples.Count == 0);
        Assert.True(samples.Count <= MetricBlock.MaxSamples);
        foreach (MetricSample sample in samples)
            _ = DateTimeOffset.FromUnixTimeMilliseconds(sample.Time);
        return isRead;
    }

    /// <summary>Every kind, whole and partial columns, several frames.</summary>
    private static byte[] Rich()
    {
        var random = new Random(3);
        return Merge([.. Enumerable.Range(0, 40).Select(i => Block(Noon + i * 1000 + random.Next(50), buffer =>
        {
            buffer.AddCount(Bytes, random.Next(100_000));
            buffer.AddPorts(Ports, i % 3 == 0 ? [22, 80] : [22, 443]);
            buffer.AddNumber(Level, random.Next(10) / 4.0);
            if (i % 2 == 0)
                return;
            buffer.AddNumbers(Speeds, [i, 2.5]);
            buffer.AddStrings(Names);
            buffer.AddString("größe"u8);
            Values.Add(buffer, Peers, MetricValue.OfCidrs([$"10.0.0.{i / 8}", "2001:db8::1"]));
        }))]);
    }

    private static Gen<(int At, byte Bits)[]> Damage(int length) =>
        (from at in Gen.Choose(0, length - 1) from bits in Gen.Choose(1, 255) select (at, (byte)bits)).NonEmptyListOf().Select(list => list.Take(3).ToArray());

    private static Gen<long[]> Numbers() => Gen.OneOf(
        Gen.Choose(0, 20).Select(n => (long)n).NonEmptyListOf().Select(list => list.ToArray()),
        Gen.Choose(40_000, 60_000).Select(n => (long)n).NonEmptyListOf().Select(list => list.ToArray()),
        Gen.OneOf(Gen.Elements(0, 1, -1, long.MaxValue, long.MinValue, long.MaxValue - 1), ArbMap.Default.GeneratorFor<long>()).NonEmptyListOf().Select(list => list.ToArray()));

    private static Gen<History> Histories() =>
        from samples in Samples().NonEmptyListOf()
        from backwards in Gen.Frequency((3, Gen.Constant(false)), (1, Gen.Constant(true)))
        from inGroup in Gen.Choose(1, 40)
        select new History(Walk(samples, backwards), inGroup);

    private static Sample[] Walk(IEnumerable<Sample> steps, bool backwards)
    {
        long time = Noon;
        return [.. steps.Select(step => step with { Time = time += backwards ? -step.Time : step.Time })];
    }

    private static Gen<Sample> Samples() =>
        from step in Gen.Elements(0, 1, 299_500, 300_000, 300_777)
        from metrics in Gen.SubListOf(Kinds).Where(list => list.Count > 0)
        from values in Gen.CollectToArray(metrics, metric => Value(metric.Kind).Select(value => (metric, value)))
        select new Sample(step, values);

    private static Gen<MetricValue> Value(MetricValueKind kind)
    {
        Gen<double> number = Gen.OneOf(Gen.Choose(-9, 9).Select(n => (double)n), Gen.Choose(-99, 99).Select(n => n / 8.0));
        return kind switch
        {
            MetricValueKind.Count => Gen.OneOf(Gen.Choose(0, 9).Select(n => (long)n), Gen.Choose(35_000, 65_000).Select(n => (long)n), Gen.Constant(long.MaxValue)).Select(MetricValue.OfCount),
            MetricValueKind.Number => number.Select(MetricValue.OfNumber),
            MetricValueKind.Ports => Gen.SubListOf(1, 22, 80, 443, 65_535).SelectMany(ports => Gen.Shuffle(ports.ToArray())).Select(ports => MetricValue.OfPorts([.. ports])),
            MetricValueKind.Cidrs => Gen.SubListOf("10.0.0.1", "10.0.0.2", "255.255.255.255", "::1", "2001:db8::1").SelectMany(ips => Gen.Shuffle(ips.ToArray())).Select(ips => MetricValue.OfCidrs([.. ips])),
            MetricValueKind.Numbers => number.ListOf().Select(list => MetricValue.OfNumbers([.. list])),
            _ => Gen.Elements("", "sshd", "größe", "😀").ListOf().Select(list => MetricValue.OfStrings([.. list])),
        };
    }

    private sealed record History(Sample[] Samples, int Group)
    {
        public override string ToString() => $"{Group}: {string.Join("; ", Samples.Select(sample => $"{sample.Time} {string.Join(", ", sample.Values)}"))}";
    }

    private sealed record Sample(long Time, (Metric Metric, MetricValue Value)[] Values)
    {
        public void Fill(DatapointBuffer buffer)
        {
            foreach ((Metric metric, MetricValue value) in Values)
                Add(buffer, metric, value);
        }
    }
}
