using System;
using System.Collections.Generic;
using System.Linq;
using Defender.Evaluator.Metrics;
using Defender.Gateway.Storage.MetricValues;
using Xunit;
using Xunit.Abstractions;
using static Defender.Evaluator.Metrics.BuiltInMetrics;

namespace Defender.Gateway.Tests.Storage.MetricValues;

/// <summary>What fourteen days of a device take: on disk, and to be listed.</summary>
public sealed class MetricBlockCostTests(ITestOutputHelper output)
{
    private const int Reports = 32, Blocks = 126, RowOverhead = 16;

    private static readonly Metric[] Counters = [AllBytesIn, AllBytesOut, AllPacketsIn, AllPacketsOut, NumListeningTcpPorts, NumListeningUdpPorts, NumEstablishedTcpConnections];

    [Fact]
    public void A_counter_datapoint_takes_less_than_two_and_a_half_bytes()
    {
        byte[][] blocks = Fortnight(packets: 50);
        byte[][] noisiest = Fortnight(packets: 50_000);
        double bytes = Average(blocks), most = Average(noisiest), alone = Single().Average(block => (double)block.Length);
        output.WriteLine($"{bytes:F2} bytes a counter datapoint, {most:F2} with packets as noisy as bytes, {alone:F1} a report before it is merged");
        Assert.True(bytes <= 2.0, $"{bytes:F2} bytes a datapoint");
        Assert.True(most <= 2.5, $"{most:F2} bytes a datapoint with packets as noisy as bytes");
    }

    [Fact]
    public void A_series_of_fourteen_days_is_read_in_a_fraction_of_two_milliseconds()
    {
        byte[][] blocks = Fortnight(packets: 50);
        var reader = new MetricBlockReader();
        List<MetricSample> samples = new(Reports * Blocks);
        TimeSpan best = TimeSpan.MaxValue;
        for (int round = 0; round < 50; round++)
        {
            samples.Clear();
            long start = TimeProvider.System.GetTimestamp();
            for (int i = blocks.Length - 1; i >= 0; i--)
                Assert.True(reader.TryRead(blocks[i], Values.SeriesOf(AllBytesOut), newestFirst: true, samples));
            TimeSpan elapsed = TimeProvider.System.GetElapsedTime(start);
            best = elapsed < best ? elapsed : best;
        }

        Assert.Equal(Reports * Blocks, samples.Count);
        output.WriteLine($"{best.TotalMicroseconds:F0} us for {samples.Count} values of {blocks.Length} blocks");
        Assert.True(best < TimeSpan.FromMilliseconds(2), $"{best.TotalMilliseconds:F2} ms");
    }

    private static double Average(byte[][] blocks) => blocks.Average(block => (double)(block.Length + RowOverhead) / (Reports * Counters.Length));

    private static byte[][] Fortnight(long packets) => [.. Reported(packets).Chunk(Reports).Take(Blocks).Select(chunk => Values.Merge(chunk))];

    private static IEnumerable<byte[]> Single() => Reported(50).Take(1000);

    // Thirty-two reports five minutes apart take 2 h 40 min, so that nine blocks make a day.
    private static IEnumerable<byte[]> Reported(long packets)
    {
        var random = new Random(11);
        var writer = new MetricBlockWriter();
        long midnight = 20_000 * MetricBlock.Day;
        for (int report = 0; ; report++)
        {
            long Noise(long around) => (long)(around * (0.7 + 0.6 * random.NextDouble()));
            yield return Values.Block(writer, midnight + 1000 + report * 300_000L + random.Next(-500, 501), buffer =>
            {
                buffer.AddCount(AllBytesIn, Noise(50_000));
                buffer.AddCount(AllBytesOut, Noise(50_000));
                buffer.AddCount(AllPacketsIn, Noise(packets));
                buffer.AddCount(AllPacketsOut, Noise(packets));
                buffer.AddCount(NumListeningTcpPorts, 5);
                buffer.AddCount(NumListeningUdpPorts, 3);
                buffer.AddCount(NumEstablishedTcpConnections, random.Next(21));
            });
        }
    }
}
