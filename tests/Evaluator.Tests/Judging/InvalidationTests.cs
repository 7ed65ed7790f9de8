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

/// <summary>Alarms that end without evidence of conformity.</summary>
public sealed class InvalidationTests
{
    private const double TwoDays = 2 * 86_400;
    private static readonly Metric Gauge = BuiltInMetrics.NumListeningTcpPorts;
    private static readonly Behavior Limit = Bench.Count(Gauge, LessThan, 5);

    [Fact]
    public void Silence_of_more_than_two_days_voids_an_alarm_from_the_moment_it_is_that_long()
    {
        Bench bench = InAlarmAt(300);
        Assert.Empty(bench.Advance(300 + TwoDays));

        ViolationEvent voided = Assert.Single(bench.Advance(300 + TwoDays + 60));

        Assert.Equal(AlarmInvalidated, voided.Type);
        Assert.Equal(bench.Events[0].ViolationId, voided.ViolationId);
        Assert.Equal(Bench.Start.AddSeconds(300 + TwoDays), voided.Time);
        Assert.Equal(Limit, voided.Behavior);
        Assert.Null(voided.MetricValue);
        Assert.Empty(bench.Advance(10 * TwoDays));
        Assert.False(bench.State.HasOpenAlarms);
    }

    [Fact]
    public void Silence_is_that_of_the_metric_not_of_the_thing()
    {
        Bench bench = InAlarmAt(0);
        bench.Observe(TwoDays, BuiltInMetrics.NumListeningUdpPorts, 1);
        Assert.Single(bench.Advance(TwoDays + 1));
    }

    [Fact]
    public void A_datapoint_after_the_silence_voids_the_old_alarm_before_it_starts_a_new_one()
    {
        Bench bench = InAlarmAt(0);

        ViolationEvent[] events = bench.Observe(TwoDays + 1, Gauge, 6);

        Assert.Equal([AlarmInvalidated, InAlarm], events.Select(e => e.Type));
        Assert.Equal(bench.Events[0].ViolationId, events[0].ViolationId);
        Assert.NotEqual(events[0].ViolationId, events[1].ViolationId);
    }

    [Fact]
    public void Datapoints_keep_an_alarm_alive()
    {
        Bench bench = InAlarmAt(0);
        bench.Observe(TwoDays, Gauge, 6);
        Assert.Empty(bench.Advance(TwoDays + 86_400));
    }

    [Fact]
    public void The_silence_can_be_set()
    {
        var bench = new Bench(new JudgeOptions { SilenceBeforeInvalidation = TimeSpan.FromHours(1) }, Limit);
        bench.Observe(0, Gauge, 6);
        Assert.Empty(bench.Advance(3600));
        Assert.Single(bench.Advance(3601));
    }

    [Fact]
    public void Counting_to_an_alarm_freezes_through_any_silence()
    {
        var bench = new Bench(Bench.Count(Gauge, LessThan, 5, toAlarm: 2));
        bench.Observe(0, Gauge, 6);
        Assert.Empty(bench.Advance(2 * TwoDays));
        Assert.Equal(InAlarm, Assert.Single(bench.Observe(2 * TwoDays, Gauge, 6)).Type);
    }

    public static TheoryData<string, Behavior> Changes() => new()
    {
        { "other value", Bench.Count(Gauge, LessThan, 6) },
        { "other operator", Bench.Count(Gauge, LessThanEquals, 5) },
        { "other duration", Bench.Count(Gauge, LessThan, 5, duration: 300) },
        { "other metric", Bench.Count(BuiltInMetrics.NumListeningUdpPorts, LessThan, 5) },
        { "other name", Limit with { Name = "renamed" } },
        { "other count to alarm", Bench.Count(Gauge, LessThan, 5, toAlarm: 2) },
        { "other count to clear", Bench.Count(Gauge, LessThan, 5, toClear: 2) },
        { "other dimension", Limit with { MetricDimension = new("d", DimensionValueOperator.In) } },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_changed_behavior_voids_the_alarm_and_starts_fresh(string what, Behavior changed)
    {
        Bench bench = InAlarmAt(0);
        bench.Attach(changed);

        ViolationEvent voided = Assert.Single(bench.Advance(60));

        Assert.Equal(AlarmInvalidated, voided.Type);
        Assert.Equal(Limit, voided.Behavior);
        Assert.Equal(Bench.Start.AddSeconds(60), voided.Time);
        Assert.False(bench.State.HasOpenAlarms, what);
    }

    [Fact]
    public void A_changed_behavior_is_seen_by_the_next_report_too()
    {
        Bench bench = InAlarmAt(0);
        bench.Attach(Bench.Count(Gauge, LessThan, 4));
        ViolationEvent[] events = bench.Observe(300, Gauge, 6);
        Assert.Equal([AlarmInvalidated, InAlarm], events.Select(e => e.Type));
        Assert.Equal(2, events.Select(e => e.ViolationId).Distinct().Count());
    }

    [Fact]
    public void A_detached_profile_and_a_deleted_thing_void_the_alarm()
    {
        Bench detached = InAlarmAt(0), deleted = InAlarmAt(0);
        detached.Attach();
        deleted.Profiles = ThingProfiles.None;
        Assert.Equal(AlarmInvalidated, Assert.Single(detached.Advance(60)).Type);
        Assert.Equal(AlarmInvalidated, Assert.Single(deleted.Advance(60)).Type);
    }

    [Fact]
    public void Leaving_the_group_voids_the_alarm()
    {
        ProfileSet set = ProfileSet.Compile([new(new SecurityProfile(Bench.Profile) { Behaviors = [Limit] }, [AttachmentTarget.ThingGroup("pumps")])]);
        var bench = new Bench { Profiles = set.For(new ThingMembership(true, ["pumps"])) };
        Assert.Single(bench.Observe(0, Gauge, 6));
        bench.Profiles = set.For(ThingMembership.Registered);
        Assert.Equal(AlarmInvalidated, Assert.Single(bench.Advance(60)).Type);
    }

    [Fact]
    public void Other_behaviors_keep_their_alarms_and_counts_when_one_changes_or_moves()
    {
        Behavior other = Bench.Count(BuiltInMetrics.NumListeningUdpPorts, LessThan, 5, toAlarm: 3) with { Name = "other" };
        var bench = new Bench(Limit, other);
        bench.Observe(0, Gauge, 6);
        bench.Observe(0, BuiltInMetrics.NumListeningUdpPorts, 6);
        bench.Observe(0, BuiltInMetrics.NumListeningUdpPorts, 6);
        bench.Attach(Bench.Count(BuiltInMetrics.AllBytesIn, LessThan, 5, duration: 300) with { Name = "first" }, other, Limit);

        Assert.Equal("other", Assert.Single(bench.Observe(0, BuiltInMetrics.NumListeningUdpPorts, 6)).Behavior.Name);
        Assert.Equal(AlarmCleared, Assert.Single(bench.Observe(0, Gauge, 4)).Type);
    }

    [Fact]
    public void Silencing_alerts_and_exporting_do_not_void_the_alarm_and_show_in_its_events()
    {
        Bench bench = InAlarmAt(0);
        bench.Attach(Limit with { SuppressAlerts = true, ExportMetric = true });
        Assert.Empty(bench.Advance(60));
        ViolationEvent cleared = Assert.Single(bench.Observe(300, Gauge, 1));
        Assert.True(cleared.Behavior.SuppressAlerts);
        Assert.Equal(bench.Events[0].ViolationId, cleared.ViolationId);
    }

    [Fact]
    public void A_behavior_of_the_same_name_in_another_profile_is_another_behavior()
    {
        Bench bench = InAlarmAt(0);
        bench.Profiles = Bench.Compile(new SecurityProfile("site-b") { Behaviors = [Limit] });
        ViolationEvent[] events = bench.Observe(0, Gauge, 6);
        Assert.Equal([(AlarmInvalidated, Bench.Profile), (InAlarm, "site-b")], events.Select(e => (e.Type, e.SecurityProfileName)));
        Assert.Equal(2, bench.Events.Select(e => e.ViolationId).Distinct().Count());
    }

    [Fact]
    public void The_alarm_of_a_behavior_that_was_gone_before_the_restore_still_carries_its_copy()
    {
        var catalog = new MetricCatalog([new("processes", MetricValueKind.Strings)]);
        Metric processes = catalog.All[^1];
        Behavior allowed = new("allowed", processes, new StaticCriteria(InSet, MetricValue.OfStrings(["sshd", "größe"]), null));
        var bench = new Bench(allowed);
        bench.Observe(0, buffer =>
        {
            buffer.AddStrings(processes);
            buffer.AddString("nc"u8);
        });
        bench.State = SavedState.Restore(bench.State);
        bench.Profiles = ThingProfiles.None;

        ViolationEvent voided = Assert.Single(bench.Advance(60));

        Assert.Equal(bench.Events[0].ViolationId, voided.ViolationId);
        Assert.Equal("allowed", voided.Behavior.Name);
        Assert.Equal(("processes", MetricValueKind.Strings, MetricSide.Custom), (voided.Behavior.Metric.Name, voided.Behavior.Metric.Kind, voided.Behavior.Metric.Side));
        Assert.Equal(["sshd", "größe"], Assert.IsType<StaticCriteria>(voided.Behavior.Criteria).Value.Strings.AsEnumerable());
    }

    private static Bench InAlarmAt(double seconds)
    {
        var bench = new Bench(Limit);
        Assert.Equal(InAlarm, Assert.Single(bench.Observe(seconds, Gauge, 6)).Type);
        return bench;
    }
}
