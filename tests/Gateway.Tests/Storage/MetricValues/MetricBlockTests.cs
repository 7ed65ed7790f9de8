using System;
using System.Collections.Generic;
using System.Linq;
using Defender.Evaluator.Addresses;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Defender.Gateway.Storage.MetricValues;
using Xunit;
using static Defender.Gateway.Tests.Storage.MetricValues.Values;

namespace Defender.Gateway.Tests.Storage.MetricValues;

/// <summary>Blocks of stored values, by example.</summary>
public sealed class MetricBlockTests
{
    [Fact]
    public void A_report_comes_back_by_series()
    {
        byte[] block = Block(Noon, Fill);
        Assert.Equal([new(Noon, MetricValue.OfCount(long.MaxValue))], Read(block, Bytes));
        Assert.Equal([new(Noon, MetricValue.OfPorts([22, 80, 65_535]))], Read(block, Ports));
        Assert.Equal([new(Noon, MetricValue.OfNumber(-2.5))], Read(block, Level));
        Assert.Equal([new(Noon, MetricValue.OfNumbers([3, -1, 3]))], Read(block, Speeds));
        Assert.Equal([new(Noon, MetricValue.OfStrings(["sshd", "größe", ""]))], Read(block, Names));
        Assert.Equal([new(Noon, MetricValue.OfCidrs(["10.0.0.1", "10.0.0.2", "::1", "2001:db8::1"]))], Read(block, Peers));
        Assert.Empty(Read(block, BuiltInMetrics.AllPacketsIn));
    }

    [Fact]
    public void The_form_is_written_down()
    {
        byte[] merged = Merge(Block(Noon, Fill), Block(Noon + 300_000, buffer => buffer.AddCount(Bytes, 5)));
        Assert.Equal(GoldenForm, Convert.ToHexStringLower(merged));
    }

    [Fact]
    public void What_is_not_kept_is_not_written()
    {
        var buffer = new DatapointBuffer();
        buffer.AddCount(Bytes, 1);
        buffer.AddCount(BuiltInMetrics.NumMessagesSent, 2, new MetricDimension("topics", DimensionValueOperator.In));
        var writer = new MetricBlockWriter();
        Assert.True(writer.Encode(Noon, buffer, 0, static (_, _, _) => -1).IsEmpty);
        byte[] block = writer.Encode(Noon, buffer, "topics", static (name, _, dimension) => dimension?.DimensionName == name ? 0 : -1).ToArray();
        List<MetricSample> samples = [];
        Assert.True(new MetricBlockReader().TryRead(block, 0, newestFirst: false, samples));
        Assert.Equal([new(Noon, MetricValue.OfCount(2))], samples);
    }

    [Fact]
    public void Several_datapoints_of_a_series_are_samples_of_one_time()
    {
        byte[] block = Block(Noon, buffer =>
        {
            buffer.AddCount(Bytes, 7);
            buffer.AddNumber(Level, 1);
            buffer.AddCount(Bytes, 9);
        });
        Assert.Equal([new(Noon, MetricValue.OfCount(7)), new(Noon, MetricValue.OfCount(9))], Read(block, Bytes));
        Assert.Equal([new(Noon, MetricValue.OfNumber(1))], Read(block, Level));
        Assert.True(MetricBlock.TryReadTimes(block, out long first, out long last, out int samples));
        Assert.Equal((Noon, Noon, 2), (first, last, samples));
    }

    [Fact]
    public void Merged_samples_are_in_the_order_of_time_and_then_of_the_blocks()
    {
        byte[] One(long time, long count) => Block(time, buffer => buffer.AddCount(Bytes, count));
        byte[] merged = Merge(Merge(One(Noon + 5, 1), One(Noon, 2)), One(Noon + 5, 3), One(Noon - 1, 4), Block(Noon, buffer => buffer.AddNumber(Level, 0.5)));
        Assert.Equal([(Noon - 1, 4L), (Noon, 2), (Noon + 5, 1), (Noon + 5, 3)], Read(merged.ToArray(), Bytes).Select(sample => (sample.Time, sample.Value.Count)));
        Assert.Equal(Read(merged.ToArray(), Bytes).Reverse(), Read(merged, Bytes, newestFirst: true));
        Assert.Equal([new(Noon, MetricValue.OfNumber(0.5))], Read(merged, Level));
        Assert.True(MetricBlock.TryReadTimes(merged, out long first, out long last, out int samples));
        Assert.Equal((Noon - 1, Noon + 5, 5), (first, last, samples));
    }

    [Theory]
    [InlineData(0, MetricBlock.Day - 1, true)]
    [InlineData(0, MetricBlock.Day, false)]
    [InlineData(-1, 0, false)]
    [InlineData(-MetricBlock.Day, -1, true)]
    public void A_block_is_of_one_day(long first, long second, bool isMerged)
    {
        ReadOnlyMemory<byte>[] blocks = [Block(first, buffer => buffer.AddCount(Bytes, 1)), Block(second, buffer => buffer.AddCount(Bytes, 2))];
        Assert.Equal(isMerged, new MetricBlockWriter().TryMerge(blocks, out ReadOnlySpan<byte> merged));
        Assert.Equal(isMerged, merged.Length > 0);
    }

    [Fact]
    public void A_block_has_at_most_1024_samples()
    {
        var writer = new MetricBlockWriter();
        ReadOnlyMemory<byte>[] blocks = [.. Enumerable.Range(0, MetricBlock.MaxSamples + 1).Select(i => Block(writer, Noon + i, buffer => buffer.AddCount(Bytes, i)))];
        Assert.False(writer.TryMerge(blocks, out _));
        Assert.True(writer.TryMerge(blocks[1..], out ReadOnlySpan<byte> merged));
        Assert.Equal(Enumerable.Range(1, MetricBlock.MaxSamples), Read(merged.ToArray(), Bytes).Select(sample => (int)sample.Value.Count));
    }

    [Fact]
    public void A_damaged_block_and_a_series_of_two_kinds_are_not_merged()
    {
        var writer = new MetricBlockWriter();
        byte[] good = Block(Noon, buffer => buffer.AddCount(Bytes, 1));
        var buffer = new DatapointBuffer();
        buffer.AddNumber(Level, 1);
        byte[] other = writer.Encode(Noon, buffer, 0, static (_, _, _) => SeriesOf(Bytes)).ToArray();
        foreach (byte[] bad in (byte[][])[other, good[..^1], [.. good, 0], [], [2, .. good[1..]]])
        {
            Assert.False(writer.TryMerge([good, bad], out ReadOnlySpan<byte> merged));
            Assert.True(merged.IsEmpty);
        }

        Assert.False(writer.TryMerge([], out _));
        Assert.True(writer.TryMerge([good], out ReadOnlySpan<byte> same));
        Assert.Equal(good, same);
        buffer.AddCount(Bytes, 1);
        Assert.Throws<ArgumentException>(() => writer.Encode(Noon, buffer, 0, static (_, _, _) => 5).Length);
    }

    [Fact]
    public void Numbers_keep_their_bits()
    {
        double[] numbers = [0, -0.0, 1, -1, 0.1, 1L << 53, (1L << 53) + 2.0, -(1L << 53), double.MaxValue, double.Epsilon, 1e18];
        foreach (double number in numbers)
        {
            byte[] block = Block(Noon, buffer =>
            {
                buffer.AddNumber(Level, number);
                buffer.AddNumbers(Speeds, [number, 4]);
            });
            Assert.Equal(BitConverter.DoubleToInt64Bits(number), BitConverter.DoubleToInt64Bits(Read(block, Level).Single().Value.Number));
            Assert.Equal(BitConverter.DoubleToInt64Bits(number), BitConverter.DoubleToInt64Bits(Read(block, Speeds).Single().Value.Numbers[0]));
        }

        byte[] merged = Merge([.. numbers.Select((number, i) => Block(Noon + i, buffer => buffer.AddNumber(Level, number)))]);
        Assert.Equal(
            numbers.Select(BitConverter.DoubleToInt64Bits), Read(merged, Level).Select(sample => BitConverter.DoubleToInt64Bits(sample.Value.Number)));
    }

    [Fact]
    public void A_set_that_stays_takes_a_byte_and_is_one_object()
    {
        byte[][] blocks = [.. Enumerable.Range(0, 32).Select(i => Block(Noon + i * 1000, buffer => buffer.AddPorts(Ports, i % 2 == 0 ? [80, 22, 8080] : [8080, 80, 22])))];
        byte[] one = Merge(blocks[0]), all = Merge(blocks);
        Assert.InRange(all.Length - one.Length, 31, 31 + 8);
        MetricSample[] samples = Read(all, Ports);
        Assert.All(samples, sample => Assert.Same(samples[0].Value, sample.Value));
        Assert.Equal(MetricValue.OfPorts([22, 80, 8080]), samples[0].Value);
    }

    [Fact]
    public void A_report_costs_no_memory()
    {
        var writer = new MetricBlockWriter();
        var buffer = new DatapointBuffer();
        Fill(buffer);
        SeriesLookup<int> lookup = static (_, metric, _) => SeriesOf(metric);
        writer.Encode(Noon, buffer, 0, lookup);
        long before = GC.GetAllocatedBytesForCurrentThread();
        writer.Encode(Noon, buffer, 0, lookup);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private const string GoldenForm =
        "01" + "02" + "80b8b5f6ca64" + "c0cf24" + "06" // version, samples, first time, step, columns
        + "3b0013" + "feffffffffffffffff01" + "40f3ffffffffffffff" // in both samples: 2^63-1, a frame of 64 bits: the step to 5
        + "370a07" + "01" + "04163aafff03" // in the first sample only: three ports, as distances
        + "0d1909" + "01" + "00000000000004c0" // a raw double
        + "060c05" + "01" + "07060106" // three whole numbers
        + "060d10" + "01" + "04" + "0473736864" + "076772c3b6c39f65" + "00" // three strings
        + "060b2b" + "01" + "0502" + "0a000001" + "0a000002" // four addresses, two of them IPv4
        + "00000000000000000000000000000001" + "20010db8000000000000000000000001";

    private static void Fill(DatapointBuffer buffer)
    {
        buffer.AddCount(Bytes, long.MaxValue);
        buffer.AddPorts(Ports, [80, 65_535, 22]);
        buffer.AddNumber(Level, -2.5);
        buffer.AddNumbers(Speeds, [3, -1, 3]);
        buffer.AddStrings(Names);
        buffer.AddString("sshd"u8);
        buffer.AddString("größe"u8);
        buffer.AddString(""u8);
        buffer.AddAddresses(Peers, [new(UInt128.One), IpAddress.FromIPv4(0x0A000002), new(new UInt128(0x2001_0DB8_0000_0000, 1)), IpAddress.FromIPv4(0x0A000001)]);
    }
}
