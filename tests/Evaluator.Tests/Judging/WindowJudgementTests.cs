using System;
using System.Linq;
using Defender.Evaluator.Alarms;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Xunit;
using static Defender.Evaluator.Alarms.ViolationEventType;
using static Defender.Evaluator.Profiles.ComparisonOperator;

namespace Defender.Evaluator.Tests.Judging;

/// <summary>What is summed over which time, and when the sum is judged.</summary>
public sealed class WindowJudgementTests
{
    private static readonly Metric Delta = BuiltInMetrics.AllBytesOut;
    private static readonly Metric Cloud = BuiltInMetrics.NumMessagesSent;
    private static readonly Metric Gauge = BuiltInMetrics.NumEstablishedTcpConnections;
    private static readonly JudgeOptions NotEarly = new() { EarlyJudgement = false };

    [Fact]
    public void At_300_seconds_each_report_of_a_delta_is_a_datapoint_however_close_they_come()
    {
        var bench = new Bench(Bench.Count(Delta, LessThanEquals, 100, duration: 300));
        Assert.Empty(bench.Observe(0, Delta, 100));
        Assert.Empty(bench.Observe(1, Delta, 100));
        Assert.Equal(MetricValue.OfCount(101), Assert.Single(bench.Observe(2, Delta, 101)).MetricValue);
    }

    [Theory]
    [InlineData(600)]
    [InlineData(900)]
    [InlineData(1800)]
    [InlineData(3600)]
    public void A_longer_duration_sums_the_reports_of_a_delta_that_trail(int duration)
    {
        int reports = duration / 300;
        var bench = new Bench(Bench.Count(Delta, LessThan, reports, duration));

        // One short of the limit, then at it, then one leaves as another comes, then one leaves for nothing.
        for (int i = 1; i < reports; i++)
            Assert.Empty(bench.Observe(300 * i, Delta, 1));
        ViolationEvent raised = Assert.Single(bench.Observe(300 * reports, Delta, 1));
        Assert.Equal(MetricValue.OfCount(reports), raised.MetricValue);
        Assert.Empty(bench.Observe(300 * (reports + 1), Delta, 1));
        ViolationEvent cleared = Assert.Single(bench.Observe(300 * (reports + 2), Delta, 0));
        Assert.Equal(MetricValue.OfCount(reports - 1), cleared.MetricValue);
    }

    [Fact]
    public void A_report_counts_until_it_is_a_whole_duration_old()
    {
        var bench = new Bench(Bench.Count(Delta, LessThan, 10, duration: 600));
        bench.Observe(0, Delta, 10);
        Assert.Empty(bench.Observe(599.999, Delta, 0));
        Assert.Equal(AlarmCleared, Assert.Single(bench.Observe(600, Delta, 0)).Type);
    }

    [Fact]
    public void A_gauge_ignores_its_duration()
    {
        var bench = new Bench(Bench.Count(Gauge, LessThan, 10, duration: 3600));
        Assert.Empty(bench.Observe(0, Gauge, 9));
        Assert.Empty(bench.Observe(300, Gauge, 9));
        Assert.Single(bench.Observe(600, Gauge, 10));
    }

    [Theory]
    [InlineData(600)]
    [InlineData(900)]
    [InlineData(1800)]
    [InlineData(3600)]
    public void Cloud_counts_are_summed_up_to_each_multiple_of_the_duration(int duration)
    {
        int periods = duration / 300;
        var bench = new Bench(NotEarly, Bench.Count(Cloud, LessThan, periods, duration));
        for (int i = 1; i < periods; i++)
            Assert.Empty(bench.Observe(300 * i, Cloud, 2));

        ViolationEvent raised = Assert.Single(bench.Observe(duration, Cloud, 2));

        Assert.Equal(MetricValue.OfCount(2 * periods), raised.MetricValue);
        Assert.Equal(Bench.Start.AddSeconds(duration), raised.Time);

        // Nothing of the first window is left in the second.
        for (int i = 1; i < periods; i++)
            Assert.Empty(bench.Observe(duration + 300 * i, Cloud, 0));
        ViolationEvent cleared = Assert.Single(bench.Observe(2 * duration, Cloud, periods - 1));
        Assert.Equal(MetricValue.OfCount(periods - 1), cleared.MetricValue);
    }

    [Fact]
    public void Cloud_counts_at_300_seconds_are_judged_period_by_period()
    {
        var bench = new Bench(NotEarly, Bench.Count(Cloud, LessThan, 2, duration: 300));
        Assert.Empty(bench.Observe(300, Cloud, 1));
        Assert.Empty(bench.Observe(600, Cloud, 1));
        Assert.Single(bench.Observe(900, Cloud, 2));
    }

    [Fact]
    public void A_window_whose_last_period_is_missing_is_closed_by_the_next_one()
    {
        var bench = new Bench(NotEarly, Bench.Count(Cloud, LessThan, 5, duration: 900));
        bench.Observe(300, Cloud, 5);

        ViolationEvent raised = Assert.Single(bench.Observe(1200, Cloud, 0));

        Assert.Equal(Bench.Start.AddSeconds(900), raised.Time);
        Assert.Equal(MetricValue.OfCount(5), raised.MetricValue);
    }

    [Fact]
    public void A_window_whose_last_period_is_missing_is_closed_by_time_after_the_grace()
    {
        var bench = new Bench(NotEarly, Bench.Count(Cloud, LessThan, 5, duration: 900));
        bench.Observe(300, Cloud, 5);
        Assert.Empty(bench.Advance(959.999));

        ViolationEvent raised = Assert.Single(bench.Advance(960));

        Assert.Equal(Bench.Start.AddSeconds(900), raised.Time);
        Assert.Empty(bench.Advance(1000));
    }

    [Fact]
    public void A_window_without_periods_is_not_judged()
    {
        var bench = new Bench(NotEarly, Bench.Count(Cloud, GreaterThan, 5, duration: 600));
        bench.Observe(600, Cloud, 6);
        Assert.Empty(bench.Advance(3600));
        Assert.Empty(bench.Observe(4200, Cloud, 6));
    }

    [Fact]
    public void A_late_period_is_counted_in_the_next_window()
    {
        var bench = new Bench(NotEarly, Bench.Count(Cloud, LessThan, 5, duration: 600));
        bench.Observe(600, Cloud, 0);
        Assert.Empty(bench.Observe(300, Cloud, 4));
        Assert.Equal(MetricValue.OfCount(5), Assert.Single(bench.Observe(1200, Cloud, 1)).MetricValue);
    }

    [Theory]
    [InlineData(LessThan, 10)]
    [InlineData(LessThanEquals, 9)]
    public void An_upper_bound_that_is_broken_inside_a_window_alarms_at_once(ComparisonOperator comparison, int limit)
    {
        var bench = new Bench(Bench.Count(Cloud, comparison, limit, duration: 3600));
        Assert.Empty(bench.Observe(300, Cloud, 9));

        ViolationEvent raised = Assert.Single(bench.Observe(600, Cloud, 1));

        Assert.Equal(InAlarm, raised.Type);
        Assert.Equal(Bench.Start.AddSeconds(600), raised.Time);
        Assert.Equal(MetricValue.OfCount(10), raised.MetricValue);
        Assert.Empty(bench.Observe(3600, Cloud, 0));
    }

    [Fact]
    public void Without_early_judgement_an_upper_bound_alarms_at_the_end()
    {
        var bench = new Bench(NotEarly, Bench.Count(Cloud, LessThan, 10, duration: 3600));
        Assert.Empty(bench.Observe(300, Cloud, 10));
        Assert.Equal(Bench.Start.AddSeconds(3600), Assert.Single(bench.Observe(3600, Cloud, 0)).Time);
    }

    [Fact]
    public void A_lower_bound_is_never_judged_early()
    {
        var bench = new Bench(Bench.Count(Cloud, GreaterThan, 10, duration: 900));
        Assert.Empty(bench.Observe(300, Cloud, 0));
        Assert.Empty(bench.Observe(600, Cloud, 0));
        Assert.Single(bench.Observe(900, Cloud, 10));
    }

    [Fact]
    public void A_window_judged_early_is_one_datapoint_and_not_another_at_its_end()
    {
        var bench = new Bench(Bench.Count(Cloud, LessThan, 10, duration: 900, toAlarm: 2));
        Assert.Empty(bench.Observe(300, Cloud, 10));
        Assert.Empty(bench.Observe(600, Cloud, 10));
        Assert.Empty(bench.Observe(900, Cloud, 10));

        // The second window's own first period is its datapoint.
        Assert.Equal(Bench.Start.AddSeconds(1200), Assert.Single(bench.Observe(1200, Cloud, 10)).Time);
    }

    [Fact]
    public void A_window_judged_early_does_not_clear_when_time_closes_it()
    {
        var bench = new Bench(Bench.Count(Cloud, LessThan, 10, duration: 900));
        bench.Observe(300, Cloud, 10);
        Assert.Empty(bench.Advance(1000));
        Assert.Empty(bench.Observe(1500, Cloud, 0));
        Assert.Equal(AlarmCleared, Assert.Single(bench.Observe(1800, Cloud, 0)).Type);
    }

    [Fact]
    public void Sums_stop_at_the_largest_count()
    {
        var trailing = new Bench(Bench.Count(Delta, LessThan, long.MaxValue, duration: 600));
        var tumbling = new Bench(Bench.Count(Cloud, LessThan, long.MaxValue, duration: 600));
        Assert.Empty(trailing.Observe(300, Delta, long.MaxValue - 1));
        Assert.Empty(tumbling.Observe(300, Cloud, long.MaxValue - 1));
        Assert.Single(trailing.Observe(600, Delta, long.MaxValue - 1));
        Assert.Single(tumbling.Observe(600, Cloud, long.MaxValue - 1));
    }

    [Fact]
    public void Behaviors_on_one_delta_each_have_their_own_duration()
    {
        var bench = new Bench(
            Bench.Count(Delta, LessThan, 3, duration: 600) with { Name = "ten-minutes" },
            Bench.Count(Delta, LessThan, 3, duration: 900) with { Name = "quarter" },
            Bench.Count(Delta, LessThan, 3, duration: 300) with { Name = "report" });
        bench.Observe(300, Delta, 1);
        bench.Observe(600, Delta, 1);
        Assert.Equal(["quarter"], bench.Observe(900, Delta, 1).Select(e => e.Behavior.Name));
        Assert.Equal(["ten-minutes"], bench.Observe(1200, Delta, 2).Select(e => e.Behavior.Name));
        Assert.Equal(["report"], bench.Observe(1500, Delta, 3).Select(e => e.Behavior.Name));
    }

    [Fact]
    public void Time_that_goes_back_counts_as_the_newest_time()
    {
        var bench = new Bench(Bench.Count(Delta, LessThan, 3, duration: 600));
        bench.Observe(3600, Delta, 2);
        ViolationEvent raised = Assert.Single(bench.Observe(0, Delta, 1));
        Assert.Equal(Bench.Start.AddSeconds(3600), raised.Time);
        Assert.Empty(bench.Advance(-86_400));
    }

    [Fact]
    public void The_first_and_the_last_instant_there_are_can_be_judged()
    {
        foreach (Metric metric in new[] { Delta, Cloud, Gauge })
        {
            var bench = new Bench(Bench.Count(metric, LessThan, 3, duration: 3600));
            var buffer = new DatapointBuffer();
            buffer.AddCount(metric, 5);
            foreach (DateTimeOffset at in new[] { DateTimeOffset.MinValue, DateTimeOffset.MaxValue, DateTimeOffset.MinValue })
            {
                bench.Judge.Observe(Bench.Thing, bench.Profiles, bench.State, buffer, at, bench.Events);
                bench.Judge.Advance(Bench.Thing, bench.Profiles, bench.State, at, bench.Events);
            }

            Assert.NotEmpty(bench.Events);
        }
    }

    [Fact]
    public void The_smallest_and_largest_message_of_a_period_are_one_datapoint()
    {
        Metric size = BuiltInMetrics.MessageByteSize;
        var bench = new Bench(Bench.Count(size, LessThan, 1000, toAlarm: 2));
        void Period(DatapointBuffer buffer, long least, long most)
        {
            buffer.AddCount(size, least);
            buffer.AddCount(Cloud, 2);
            buffer.AddCount(size, most);
        }

        Assert.Empty(bench.Observe(300, buffer => Period(buffer, 10, 2000)));
        Assert.Equal(MetricValue.OfCount(3000), Assert.Single(bench.Observe(600, buffer => Period(buffer, 10, 3000))).MetricValue);
        Assert.Equal(MetricValue.OfCount(10), Assert.Single(bench.Observe(900, buffer => Period(buffer, 10, 999))).MetricValue);
    }

    [Fact]
    public void A_behavior_with_a_dimension_judges_only_values_of_that_dimension()
    {
        var inside = new MetricDimension("factory", DimensionValueOperator.In);
        var outside = new MetricDimension("factory", DimensionValueOperator.NotIn);
        Behavior Limited(string name, MetricDimension? dimension) =>
            Bench.Count(Cloud, LessThan, 10, duration: 300) with { Name = name, MetricDimension = dimension };
        var bench = new Bench(Limited("all", null), Limited("in", inside), Limited("not-in", outside));

        string[] Period(double at, long all, long within, long without) => [.. bench.Observe(at, buffer =>
        {
            buffer.AddCount(Cloud, within, inside with { });
            buffer.AddCount(Cloud, all);
            buffer.AddCount(Cloud, without, outside with { });
        }).Select(e => e.Behavior.Name)];

        Assert.Empty(Period(300, 9, 9, 0));
        Assert.Equal(["in"], Period(600, 9, 10, 0));
        Assert.Equal(["all"], Period(900, 10, 10, 0));
        Assert.Equal(["not-in"], Period(1200, 10, 10, 10));
    }
}
