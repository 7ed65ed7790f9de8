using System;
using System.Collections.Generic;
using System.Linq;
using Defender.Evaluator.Alarms;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Percentiles;
using Defender.Evaluator.Profiles;
using Defender.Evaluator.Snapshots;
using Defender.Evaluator.Tests.Judging;
using Xunit;
using static Defender.Evaluator.Profiles.ComparisonOperator;

namespace Defender.Evaluator.Tests.Percentiles;

/// <summary>Statistical behaviors over a fleet, judged by one owner and by several.</summary>
public sealed class FleetStatisticsTests
{
    private static readonly Metric Delta = BuiltInMetrics.AllBytesOut;

    [Fact]
    public void A_thing_is_held_against_the_fleet_of_the_window_before()
    {
        var fleet = new FleetOf(10, Percentile(Delta, LessThanEquals, "p90", 300));
        Assert.Empty(fleet.Report(300, Delta, thing => thing + 1));

        // p90 of 1 to 10 is 9: only the tenth of the new values is above it, whatever the others do in this window.
        ViolationEvent raised = Assert.Single(fleet.Report(600, Delta, thing => thing == 3 ? 10 : 9));

        Assert.Equal("thing-3", raised.ThingName);
        Assert.Equal(9, raised.Threshold);
        Assert.Equal(MetricValue.OfCount(10), raised.MetricValue);
    }

    [Theory]
    [InlineData(LessThan, "p100", 10, true)]
    [InlineData(LessThan, "p100", 9, false)]
    [InlineData(GreaterThan, "p0", 1, true)]
    [InlineData(GreaterThan, "p0", 2, false)]
    [InlineData(GreaterThanEquals, "p50", 5, false)]
    [InlineData(GreaterThanEquals, "p50", 4, true)]
    public void All_four_comparisons_hold_for_the_normal_case(ComparisonOperator comparison, string statistic, int value, bool violates)
    {
        var fleet = new FleetOf(10, Percentile(Delta, comparison, statistic, 300));
        fleet.Report(300, Delta, thing => thing + 1);
        Assert.Equal(violates ? 10 : 0, fleet.Report(600, Delta, _ => value).Count);
    }

    [Fact]
    public void One_thing_is_no_fleet()
    {
        var fleet = new FleetOf(1, Percentile(Delta, LessThan, "p0", 300));
        for (int window = 1; window < 5; window++)
            Assert.Empty(fleet.Report(300 * window, Delta, _ => 100));
    }

    [Fact]
    public void A_window_nobody_reported_in_sets_no_threshold_for_the_next()
    {
        var fleet = new FleetOf(4, Percentile(Delta, LessThan, "p0", 300));
        fleet.Report(300, Delta, _ => 1);
        Assert.Empty(fleet.Report(900, Delta, _ => 1000));
        Assert.Equal(4, fleet.Report(1200, Delta, _ => 1000).Count);
    }

    [Fact]
    public void A_delta_is_summed_over_the_duration_before_it_is_compared()
    {
        var fleet = new FleetOf(2, Percentile(Delta, LessThanEquals, "p100", 600));
        for (int at = 300; at <= 1200; at += 300)
            Assert.Empty(fleet.Report(at, Delta, _ => 10));

        // Reports reach back over 600 s from 900 on: the window up to 1200 gave each thing's sum, 20.
        ViolationEvent alarm = Assert.Single(fleet.Report(1500, Delta, thing => thing == 0 ? 11 : 10));
        Assert.Equal((21, 20.0), (alarm.MetricValue!.Count, alarm.Threshold));
    }

    [Fact]
    public void A_thing_that_fell_silent_starts_its_sums_anew()
    {
        var fleet = new FleetOf(3, Percentile(Delta, GreaterThanEquals, "p0", 600));
        for (int at = 300; at <= 1200; at += 300)
            fleet.Report(at, Delta, _ => 10);
        for (int at = 1500; at <= 2400; at += 300)
            fleet.Report(at, Delta, _ => 10, only: 0);
        for (int at = 1500; at <= 2400; at += 300)
            fleet.Report(at, Delta, _ => 10, only: 1);

        // Its first sum after the gap is one report, which is no sign of anything.
        Assert.Empty(fleet.Report(2700, Delta, _ => 10, only: 2));
    }

    [Fact]
    public void A_thing_that_reports_often_counts_once_in_a_summed_metric()
    {
        var fleet = new FleetOf(3, Percentile(Delta, LessThanEquals, "p50", 300));
        fleet.Report(150, Delta, thing => thing * 10);
        for (int again = 151; again <= 300; again++)
            fleet.Report(again, Delta, thing => thing == 2 ? 20 : 0, only: 2);

        // p50 of 0, 10, 20, however often the last one came.
        Assert.Equal(10, Assert.Single(fleet.Report(450, Delta, _ => 11, only: 0)).Threshold);
    }

    [Fact]
    public void Cloud_counts_are_compared_at_the_end_of_their_window_or_as_soon_as_they_are_too_large()
    {
        Metric sent = BuiltInMetrics.NumMessagesSent;
        var fleet = new FleetOf(2, Percentile(sent, LessThanEquals, "p100", 600));
        fleet.Report(300, sent, _ => 5);
        fleet.Report(600, sent, _ => 5);
        Assert.Empty(fleet.Report(900, sent, thing => thing == 1 ? 10 : 11, only: 1));
        ViolationEvent raised = Assert.Single(fleet.Report(900, sent, _ => 11, only: 0));
        Assert.Equal((10.0, Bench.Start.AddSeconds(900)), (raised.Threshold, raised.Time));
        Assert.Equal("thing-1", Assert.Single(fleet.Report(1200, sent, _ => 1)).ThingName);
    }

    [Fact]
    public void Negative_numbers_have_no_percentiles()
    {
        Metric temperature = new MetricCatalog([new("temperature", MetricValueKind.Number)]).All[^1];
        var fleet = new FleetOf(2, Percentile(temperature, GreaterThan, "p0", 300));
        Assert.Empty(fleet.Report(300, buffer => buffer.AddNumber(temperature, -5)));
        Assert.Empty(fleet.Report(600, buffer => buffer.AddNumber(temperature, 0.25)));
        Assert.Empty(fleet.Report(900, buffer => buffer.AddNumber(temperature, -5)));
        fleet.Report(1200, buffer => buffer.AddNumber(temperature, 0.25));
        Assert.Equal([0.25, 0.25], fleet.Report(1500, buffer => buffer.AddNumber(temperature, 0.125)).Select(e => e.Threshold!.Value));
    }

    [Fact]
    public void Late_values_do_not_change_a_threshold_that_was_asked_for()
    {
        var fleet = new FleetOf(4, Percentile(Delta, LessThanEquals, "p100", 300));
        fleet.Report(300, Delta, _ => 10, only: 0);
        fleet.Report(300, Delta, _ => 10, only: 1);
        fleet.Report(301, Delta, _ => 10, only: 0);
        fleet.Report(299, Delta, _ => 1000, only: 2);
        Assert.Equal(10, Assert.Single(fleet.Report(302, Delta, _ => 11, only: 1)).Threshold);
    }

    [Fact]
    public void Several_owners_judge_by_the_merge_of_what_they_saw_in_any_order()
    {
        Behavior behavior = Percentile(Delta, LessThanEquals, "p50", 300);
        var whole = new FleetOf(9, behavior);
        FleetOf[] parts = [new(9, behavior), new(9, behavior), new(9, behavior)];
        for (int window = 1; window <= 6; window++)
        {
            int at = window * 300;
            for (int thing = 0; thing < 9; thing++)
            {
                int value = (thing * 7 + window * 5) % 11;
                whole.Report(at, Delta, _ => value, only: thing);
                parts[thing % 3].Report(at, Delta, _ => value, only: thing);
            }

            string[] merges = [.. new[] { new[] { 0, 1, 2 }, [2, 0, 1], [1, 2, 0] }.Select(order => Convert.ToHexString(SavedState.Bytes(Merge(order, at + 1))))];
            Assert.Single(merges.Distinct());
            foreach (FleetOf part in parts)
                part.Judge.Thresholds = SavedState.Restore(Merge([0, 1, 2], at + 1));
        }

        Assert.NotEmpty(whole.Events);
        Assert.Equal(Texts(whole.Events), Texts(parts.SelectMany(part => part.Events)));

        FleetStatistics Merge(int[] order, int now)
        {
            var merged = new FleetStatistics();
            foreach (int part in order)
                merged.Merge(parts[part].Judge.Fleet);
            merged.Complete(Bench.Start.AddSeconds(now));
            return merged;
        }
    }

    [Fact]
    public void Merged_statistics_do_not_pass_a_window_that_has_only_begun_for_a_complete_one()
    {
        Behavior behavior = Percentile(Delta, LessThan, "p100", 300);
        var fleet = new FleetOf(2, behavior);
        fleet.Report(300, Delta, _ => 10);
        fleet.Report(310, Delta, _ => 20);
        var merged = new FleetStatistics();
        merged.Merge(fleet.Judge.Fleet);
        merged.Complete(Bench.Start.AddSeconds(311));

        Assert.True(merged.TryGetThreshold(Bench.Profile, behavior, Bench.Start.AddSeconds(600), out double threshold));
        Assert.Equal(10, threshold);
        Assert.False(merged.TryGetThreshold(Bench.Profile, behavior, Bench.Start.AddSeconds(601), out _));
    }

    [Fact]
    public void A_threshold_can_be_asked_for_by_name()
    {
        Behavior behavior = Percentile(Delta, LessThan, "p100", 300);
        var fleet = new FleetOf(2, behavior);
        fleet.Report(300, Delta, thing => 40 + thing);
        FleetStatistics statistics = fleet.Judge.Fleet;
        Assert.True(statistics.TryGetThreshold(Bench.Profile, behavior, Bench.Start.AddSeconds(301), out double threshold));
        Assert.Equal(41, threshold);
        Assert.False(statistics.TryGetThreshold("other", behavior, Bench.Start.AddSeconds(301), out _));
        Assert.False(statistics.TryGetThreshold(Bench.Profile, Bench.Count(Delta, LessThan, 1, 300), Bench.Start.AddSeconds(301), out _));
    }

    [Fact]
    public void Forgets_behaviors_without_values()
    {
        var fleet = new FleetOf(2, Percentile(Delta, LessThan, "p100", 300));
        fleet.Report(300, Delta, _ => 1);
        fleet.Judge.Fleet.Forget(Bench.Start.AddSeconds(300));
        Assert.Equal(1, fleet.Judge.Fleet.Count);
        fleet.Judge.Fleet.Forget(Bench.Start.AddSeconds(301));
        Assert.Equal(0, fleet.Judge.Fleet.Count);
    }

    [Fact]
    public void Damaged_statistics_are_refused_or_used_but_never_throw()
    {
        Behavior behavior = Percentile(Delta, LessThan, "p99", 300);
        var fleet = new FleetOf(50, behavior);
        fleet.Report(300, Delta, thing => thing * 1000);
        fleet.Report(600, Delta, thing => thing * 999);
        byte[] good = SavedState.Bytes(fleet.Judge.Fleet);
        var random = new Random(20_261_121);
        int refused = 0;
        for (int round = 0; round < 5000; round++)
        {
            byte[] bytes = [.. good];
            for (int i = random.Next(3); i >= 0; i--)
                bytes[random.Next(1, bytes.Length)] = (byte)random.Next(256);
            if (!FleetStatistics.TryRead(bytes.AsSpan(0, bytes.Length - random.Next(2)), out FleetStatistics damaged, out SnapshotError error))
            {
                refused++;
                Assert.NotEqual(SnapshotErrorCode.None, error.Code);
                Assert.Equal(0, damaged.Count);
                continue;
            }

            damaged.TryGetThreshold(Bench.Profile, behavior, Bench.Start.AddSeconds(900), out _);
            damaged.Merge(fleet.Judge.Fleet);
            damaged.Complete(Bench.Start.AddSeconds(900));
            SavedState.Bytes(damaged);
        }

        Assert.InRange(refused, 2500, 4999);
    }

    private static Behavior Percentile(Metric metric, ComparisonOperator comparison, string statistic, int duration) =>
        new("percentile", metric, new StatisticalCriteria(comparison, Statistic.All.Single(s => s.Name == statistic), duration));

    private static IEnumerable<string> Texts(IEnumerable<ViolationEvent> events) =>
        events.Select(e => $"{e.Time:O} {e.ThingName} {e.Type} {e.MetricValue!.Count} {e.Threshold} {e.ViolationId}").Order();

    /// <summary>Things of one owner.</summary>
    private sealed class FleetOf(int things, Behavior behavior)
    {
        private readonly ThingState[] _states = [.. Enumerable.Range(0, things).Select(_ => new ThingState())];
        private readonly ThingProfiles _profiles = Bench.Compile(new SecurityProfile(Bench.Profile) { Behaviors = [behavior] });
        private readonly DatapointBuffer _buffer = new();

        public Judge Judge { get; } = new(JudgeOptions.Default);

        public List<ViolationEvent> Events { get; } = [];

        public List<ViolationEvent> Report(int seconds, Metric metric, Func<int, long> value, int? only = null)
        {
            int before = Events.Count;
            for (int thing = only ?? 0; thing <= (only ?? things - 1); thing++)
            {
                _buffer.Clear();
                _buffer.AddCount(metric, value(thing));
                Judge.Observe($"thing-{thing}", _profiles, _states[thing], _buffer, Bench.Start.AddSeconds(seconds), Events);
            }

            return Events[before..];
        }

        public List<ViolationEvent> Report(int seconds, Action<DatapointBuffer> fill)
        {
            int before = Events.Count;
            for (int thing = 0; thing < things; thing++)
            {
                _buffer.Clear();
                fill(_buffer);
                Judge.Observe($"thing-{thing}", _profiles, _states[thing], _buffer, Bench.Start.AddSeconds(seconds), Events);
            }

            return Events[before..];
        }
    }
}
