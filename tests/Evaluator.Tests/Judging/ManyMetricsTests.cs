using System;
using System.Buffers;
using System.Linq;
using Defender.Evaluator.Alarms;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Xunit;
using static Defender.Evaluator.Profiles.ComparisonOperator;

namespace Defender.Evaluator.Tests.Judging;

/// <summary>More metrics than an ordinary report has, and metrics that nobody asks for any more.</summary>
public sealed class ManyMetricsTests
{
    [Fact]
    public void Each_of_a_hundred_custom_metrics_meets_its_own_behavior()
    {
        var catalog = new MetricCatalog(Enumerable.Range(0, 100).Select(i => new CustomMetricDefinition($"m{i}", MetricValueKind.Number)));
        Metric[] metrics = [.. catalog.All.Where(metric => metric.Side == MetricSide.Custom)];
        var bench = new Bench([.. metrics.Select(metric =>
            new Behavior($"limit-{metric.Name}", metric, new StaticCriteria(LessThan, MetricValue.OfNumber(10), null)))]);

        ViolationEvent[] events = bench.Observe(0, buffer =>
        {
            foreach (Metric metric in metrics)
                buffer.AddNumber(metric, metric.Name is "m3" or "m99" ? 11 : 9);
        });

        Assert.Equal(["limit-m3", "limit-m99"], events.Select(e => e.Behavior.Name).Order());
    }

    [Fact]
    public void Sums_that_no_behavior_asks_for_any_more_are_forgotten()
    {
        Behavior hourly = Bench.Count(BuiltInMetrics.AllBytesOut, LessThan, 100, duration: 3600);
        var bench = new Bench(hourly, Bench.Count(BuiltInMetrics.AllBytesIn, LessThan, 100, duration: 600) with { Name = "in" });
        bench.Observe(0, buffer =>
        {
            buffer.AddCount(BuiltInMetrics.AllBytesOut, 60);
            buffer.AddCount(BuiltInMetrics.AllBytesIn, 60);
        });
        int before = SavedBytes(bench.State);

        bench.Attach(hourly);
        bench.Advance(1);

        Assert.InRange(SavedBytes(bench.State), 1, before - 1);
        Assert.Single(bench.Observe(600, BuiltInMetrics.AllBytesOut, 60)); // the sum that is still asked for is still there
    }

    [Fact]
    public void The_defaults_are_early_judgement_and_two_days_of_silence()
    {
        Assert.True(JudgeOptions.Default.EarlyJudgement);
        Assert.Equal(TimeSpan.FromDays(2), JudgeOptions.Default.SilenceBeforeInvalidation);
        Assert.False(ThingMembership.Unregistered.IsRegistered);
        Assert.True(ThingMembership.Registered.IsRegistered);
    }

    private static int SavedBytes(ThingState state)
    {
        var bytes = new ArrayBufferWriter<byte>();
        state.Write(bytes);
        return bytes.WrittenCount;
    }
}
