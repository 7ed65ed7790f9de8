using System;
using System.Linq;
using Defender.Evaluator.Alarms;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Xunit;
using static Defender.Evaluator.Alarms.ViolationEventType;

namespace Defender.Evaluator.Tests.Judging;

/// <summary>When an alarm starts and ends, on a gauge that may be 5 at most.</summary>
public sealed class ConsecutiveDatapointsTests
{
    private static readonly Metric Gauge = BuiltInMetrics.NumListeningTcpPorts;

    private static Bench AtMostFive(int toAlarm = 1, int toClear = 1) =>
        new(Bench.Count(Gauge, ComparisonOperator.LessThanEquals, 5, duration: 300, toAlarm, toClear));

    [Fact]
    public void Alarms_with_the_first_violating_datapoint_by_default()
    {
        Bench bench = AtMostFive();
        Assert.Empty(bench.Observe(0, Gauge, 5));

        ViolationEvent raised = Assert.Single(bench.Observe(300, Gauge, 6));

        Assert.Equal(InAlarm, raised.Type);
        Assert.Equal(Bench.Thing, raised.ThingName);
        Assert.Equal(Bench.Profile, raised.SecurityProfileName);
        Assert.Equal("behavior", raised.Behavior.Name);
        Assert.Equal(Bench.Start.AddSeconds(300), raised.Time);
        Assert.Equal(MetricValue.OfCount(6), raised.MetricValue);
        Assert.Null(raised.OffendingMembers);
        Assert.Null(raised.Threshold);
        Assert.Matches("^[0-9a-f]{32}$", raised.ViolationId);
        Assert.True(bench.State.HasOpenAlarms);
    }

    [Fact]
    public void Says_nothing_of_further_violating_datapoints()
    {
        Bench bench = AtMostFive();
        bench.Observe(0, Gauge, 6);

        Assert.Empty(bench.Observe(300, Gauge, 7));
        Assert.Empty(bench.Observe(600, Gauge, 8));
    }

    [Fact]
    public void Clears_under_the_id_it_alarmed_with()
    {
        Bench bench = AtMostFive();
        ViolationEvent raised = Assert.Single(bench.Observe(0, Gauge, 6));

        ViolationEvent cleared = Assert.Single(bench.Observe(300, Gauge, 4));

        Assert.Equal(AlarmCleared, cleared.Type);
        Assert.Equal(raised.ViolationId, cleared.ViolationId);
        Assert.Equal(MetricValue.OfCount(4), cleared.MetricValue);
        Assert.Equal(Bench.Start.AddSeconds(300), cleared.Time);
        Assert.False(bench.State.HasOpenAlarms);
    }

    [Fact]
    public void Gives_the_next_alarm_another_id()
    {
        Bench bench = AtMostFive();
        bench.Observe(0, Gauge, 6);
        bench.Observe(300, Gauge, 5);
        bench.Observe(300, Gauge, 6);
        bench.Observe(300, Gauge, 5);
        bench.Observe(300, Gauge, 6);

        Assert.Equal(3, bench.Events.Where(e => e.Type == InAlarm).Select(e => e.ViolationId).Distinct().Count());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    public void Alarms_with_the_last_of_as_many_violating_datapoints_as_asked_for(int toAlarm)
    {
        Bench bench = AtMostFive(toAlarm);
        for (int i = 1; i < toAlarm; i++)
            Assert.Empty(bench.Observe(300 * i, Gauge, 6));
        Assert.Single(bench.Observe(300 * toAlarm, Gauge, 6));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    public void Clears_with_the_last_of_as_many_conforming_datapoints_as_asked_for(int toClear)
    {
        Bench bench = AtMostFive(toClear: toClear);
        bench.Observe(0, Gauge, 6);
        for (int i = 1; i < toClear; i++)
            Assert.Empty(bench.Observe(300 * i, Gauge, 5));
        Assert.Equal(AlarmCleared, Assert.Single(bench.Observe(300 * toClear, Gauge, 5)).Type);
    }

    [Fact]
    public void Starts_counting_anew_when_a_conforming_datapoint_comes_between()
    {
        Bench bench = AtMostFive(toAlarm: 3);
        foreach ((int at, long count) in new[] { (0, 6L), (300, 6L), (600, 5L), (900, 6L), (1200, 6L) })
            Assert.Empty(bench.Observe(at, Gauge, count));
        Assert.Single(bench.Observe(1500, Gauge, 6));
    }

    [Fact]
    public void Stays_in_alarm_when_a_violating_datapoint_comes_between()
    {
        Bench bench = AtMostFive(toClear: 3);
        foreach ((int at, long count) in new[] { (0, 6L), (300, 5L), (600, 5L), (900, 6L), (1200, 5L), (1500, 5L) })
            bench.Observe(at, Gauge, count);
        Assert.Single(bench.Events);
        Assert.Single(bench.Observe(1800, Gauge, 5));
    }

    [Fact]
    public void Counts_freeze_while_reports_come_without_the_metric()
    {
        Bench bench = AtMostFive(toAlarm: 2);
        bench.Observe(0, Gauge, 6);
        Assert.Empty(bench.Observe(300, BuiltInMetrics.NumListeningUdpPorts, 6));
        Assert.Single(bench.Observe(600, Gauge, 6));
    }
}
