using System;
using System.Linq;
using System.Threading.Tasks;
using Defender.Gateway.Mqtt.Connections;
using Defender.Gateway.Telemetry;
using Defender.Mqtt;
using Xunit;

namespace Defender.Gateway.Tests.Telemetry;

public sealed class CountingTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Many_threads_count_and_nothing_is_lost(bool isHot)
    {
        var counters = new CounterSet(20, isHot);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 100_000; i++)
                counters.Add(i % 20, 2);
        })));

        Assert.All(Enumerable.Range(0, 20), i => Assert.Equal(40_000, counters[i]));
    }

    [Fact]
    public void Counting_allocates_nothing()
    {
        using var metrics = new GatewayMetrics();
        Count();
        long least = Enumerable.Range(0, 5).Min(_ =>
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Count();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });

        Assert.Equal(0, least);

        void Count()
        {
            for (int i = 0; i < 1000; i++)
            {
                metrics.Report(ReportOutcome.Accepted, TimeSpan.FromMilliseconds(i));
                metrics.Violation("in-alarm");
                metrics.Call("ListThings", 200, TimeSpan.FromMilliseconds(i));
                metrics.Mqtt.PacketIn(MqttPacketType.Publish, i);
                metrics.Mqtt.ConnectionEnded(ConnectionEnd.NotAuthorized);
            }
        }
    }

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.51, 1)]
    [InlineData(10_000, 13)]
    [InlineData(10_001, 14)]
    public void A_duration_is_in_the_first_bucket_that_reaches_it(double milliseconds, int bucket)
    {
        var histogram = new LatencyHistogram();
        histogram.Record(TimeSpan.FromMilliseconds(milliseconds));

        Assert.Equal(1, histogram.CountIn(bucket));
        Assert.Equal(milliseconds / 1000, histogram.Sum, 9);
    }
}
