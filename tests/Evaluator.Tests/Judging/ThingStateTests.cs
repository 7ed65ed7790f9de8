using System;
using System.Linq;
using Defender.Evaluator.Addresses;
using Defender.Evaluator.Alarms;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Percentiles;
using Defender.Evaluator.Profiles;
using Defender.Evaluator.Snapshots;
using FsCheck;
using FsCheck.Fluent;
using Xunit;
using static Defender.Evaluator.Profiles.ComparisonOperator;

namespace Defender.Evaluator.Tests.Judging;

/// <summary>The bytes of a thing's state: their size, and what becomes of bytes that are none.</summary>
public sealed class ThingStateTests
{
    private static readonly Metric[] Deltas =
        [BuiltInMetrics.AllBytesIn, BuiltInMetrics.AllBytesOut, BuiltInMetrics.AllPacketsIn, BuiltInMetrics.AllPacketsOut];

    [Fact]
    public void Ten_behaviors_of_a_quiet_thing_take_less_than_200_bytes()
    {
        var bench = new Bench([.. Enumerable.Range(0, 10).Select(i => Bench.Count(BuiltInMetrics.NumListeningTcpPorts, LessThan, 50, toAlarm: 3) with { Name = $"b{i}" })]);
        bench.Observe(0, BuiltInMetrics.NumListeningTcpPorts, 60);
        bench.Observe(300, BuiltInMetrics.NumListeningTcpPorts, 60);
        Assert.InRange(SavedState.Bytes(bench.State).Length, 100, 200);
    }

    [Fact]
    public void Ten_behaviors_with_every_trailing_sum_and_window_full_take_at_most_600_bytes()
    {
        Behavior[] hours = [.. Deltas.Concat(
        [
            BuiltInMetrics.NumMessagesSent, BuiltInMetrics.NumMessagesReceived, BuiltInMetrics.NumConnectionAttempts,
            BuiltInMetrics.NumDisconnects, BuiltInMetrics.NumListeningTcpPorts, BuiltInMetrics.NumListeningUdpPorts,
        ]).Select((metric, i) => Bench.Count(metric, LessThan, long.MaxValue, 3600) with { Name = $"b{i}" })];
        var bench = new Bench(hours);
        var random = new Random(5);
        for (int report = 1; report <= 200; report++)
        {
            bench.Observe(report * 300 + random.NextDouble(), buffer =>
            {
                foreach (Behavior hour in hours)
                    buffer.AddCount(hour.Metric, random.Next(1_500_000)); // bytes of a device at 40 kbit/s
            });
        }

        Assert.Empty(bench.Events);
        Assert.InRange(SavedState.Bytes(bench.State).Length, 400, 600);
        SavedState.Restore(bench.State);
    }

    [Fact]
    public void Reports_every_second_take_no_more_than_their_panes()
    {
        var bench = new Bench([.. Deltas.Select((metric, i) => Bench.Count(metric, LessThan, long.MaxValue, 3600) with { Name = $"b{i}" })]);
        for (int second = 0; second < 10_000; second++)
            bench.Observe(second, buffer => Array.ForEach(Deltas, delta => buffer.AddCount(delta, 1000)));
        Assert.InRange(SavedState.Bytes(bench.State).Length, 400, 900);
        SavedState.Restore(bench.State);
    }

    [Fact]
    public void An_open_alarm_adds_its_behavior_in_full_and_its_last_value()
    {
        Metric ports = BuiltInMetrics.ListeningTcpPorts;
        var bench = new Bench(new Behavior("b", ports, new StaticCriteria(InPortSet, MetricValue.OfPorts([.. Enumerable.Range(0, 1000)]), null)));
        bench.Observe(0, buffer => buffer.AddPorts(ports, [22]));
        int quiet = SavedState.Bytes(bench.State).Length;
        bench.Observe(300, buffer => buffer.AddPorts(ports, [2000]));
        Assert.InRange(SavedState.Bytes(bench.State).Length - quiet, 1000, 2100);
        Assert.True(SavedState.Restore(bench.State).HasOpenAlarms);
    }

    [Theory]
    [InlineData(1001, false)]
    [InlineData(1000, true)]
    public void A_last_value_beyond_its_bound_is_refused(int members, bool isRead)
    {
        Metric ports = BuiltInMetrics.ListeningTcpPorts;
        var bench = new Bench(new Behavior("b", ports, new StaticCriteria(InPortSet, MetricValue.OfPorts([22]), null)));
        bench.Observe(0, buffer => buffer.AddPorts(ports, [80]));
        bench.State.Behaviors[0].Alarm!.LastViolationValue = MetricValue.OfPorts([.. Enumerable.Range(0, members)]);
        Assert.Equal(isRead, ThingState.TryRead(SavedState.Bytes(bench.State), out _, out SnapshotError error));
        Assert.Equal(isRead ? SnapshotErrorCode.None : SnapshotErrorCode.OutOfRange, error.Code);
    }

    [Fact]
    public void A_last_value_that_is_not_of_the_metric_s_kind_is_refused()
    {
        var bench = new Bench(Bench.Count(Deltas[0], LessThan, 5, 300));
        bench.Observe(0, Deltas[0], 9);
        bench.State.Behaviors[0].Alarm!.LastViolationValue = MetricValue.OfNumber(9);
        Assert.False(ThingState.TryRead(SavedState.Bytes(bench.State), out _, out SnapshotError error));
        Assert.Equal(SnapshotErrorCode.OutOfRange, error.Code);
    }

    [Fact]
    public void A_last_violation_before_the_first_is_refused()
    {
        var bench = new Bench(Bench.Count(Deltas[0], LessThan, 5, 300));
        bench.Observe(0, Deltas[0], 9);
        bench.State.Behaviors[0].Alarm!.LastViolationAt--;
        Assert.False(ThingState.TryRead(SavedState.Bytes(bench.State), out _, out SnapshotError error));
        Assert.Equal(SnapshotErrorCode.OutOfRange, error.Code);
    }

    [Fact]
    public void A_new_state_has_no_alarms_and_no_datapoint_and_survives()
    {
        ThingState state = SavedState.Restore(new ThingState());
        Assert.False(state.HasOpenAlarms);
        Assert.Null(state.LastDatapointAt);
    }

    [Fact]
    public void Tells_its_newest_datapoint()
    {
        var bench = new Bench(Bench.Count(Deltas[0], LessThan, 5, 300), Bench.Count(Deltas[1], LessThan, 5, 300));
        bench.Observe(300, Deltas[0], 1);
        bench.Observe(100, Deltas[1], 1);
        Assert.Equal(Bench.Start.AddSeconds(300), bench.State.LastDatapointAt);
    }

    [Fact]
    public void The_same_calls_after_a_crash_open_the_same_alarms()
    {
        Behavior behavior = Bench.Count(Deltas[0], LessThan, 5, 300);
        Bench first = new(behavior), second = new(behavior);
        foreach (Bench bench in new[] { first, second })
        {
            bench.Observe(300, Deltas[0], 1);
            bench.State = SavedState.Restore(bench.State);
            bench.Observe(600, Deltas[0], 9);
        }

        Assert.Equal(first.Events.Single().ViolationId, second.Events.Single().ViolationId);

        // Written down so that an update of the program keeps the ids of open alarms.
        Assert.Equal("1f7c218ed54ec9a7baf19c38113df868", first.Events.Single().ViolationId);
    }

    [Fact]
    public void Every_shorter_part_of_a_state_is_refused_as_truncated()
    {
        byte[] bytes = SavedState.Bytes(Rich());
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.False(ThingState.TryRead(bytes.AsSpan(0, length), out ThingState state, out SnapshotError error));
            Assert.Equal(SnapshotErrorCode.Truncated, error.Code);
            Assert.InRange(error.Position, 0, length);
            Assert.False(state.HasOpenAlarms);
        }
    }

    [Fact]
    public void Bytes_behind_a_state_are_refused()
    {
        byte[] bytes = [.. SavedState.Bytes(Rich()), 0];
        Assert.False(ThingState.TryRead(bytes, out _, out SnapshotError error));
        Assert.Equal(new SnapshotError(SnapshotErrorCode.TrailingBytes, bytes.Length - 1), error);
    }

    [Fact]
    public void Another_version_is_refused()
    {
        byte[] bytes = SavedState.Bytes(Rich());
        bytes[0]++;
        Assert.False(ThingState.TryRead(bytes, out _, out SnapshotError error));
        Assert.Equal(SnapshotErrorCode.UnknownVersion, error.Code);
        Assert.Contains("start without it", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_count_that_the_bytes_cannot_hold_is_refused_before_anything_is_allocated()
    {
        byte[] bytes = [2, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0x07];
        ThingState.TryRead(bytes, out _, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(ThingState.TryRead(bytes, out _, out SnapshotError error));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
        Assert.Equal(SnapshotErrorCode.Truncated, error.Code);
    }

    [Fact]
    public void Damaged_states_are_refused_or_judged_but_never_throw()
    {
        byte[] good = SavedState.Bytes(Rich());
        ThingProfiles profiles = RichProfiles();
        int read = 0;
        Prop.ForAll(Damage(good.Length).ToArbitrary(), damage =>
        {
            byte[] bytes = [.. good];
            foreach ((int at, byte value) in damage)
                bytes[at] = value;
            if (!ThingState.TryRead(bytes, out ThingState state, out SnapshotError error))
                return error.Code != SnapshotErrorCode.None && !state.HasOpenAlarms;
            read++;
            state.CopyActiveViolations(Bench.Thing, []);
            var bench = new Bench { State = state, Profiles = profiles };
            for (int at = 0; at < 4; at++)
                bench.Observe(at * 700_000, buffer => Array.ForEach(Deltas, delta => buffer.AddCount(delta, 3)));
            bench.Advance(1e9);
            SavedState.Bytes(bench.State);
            bench.Profiles = ThingProfiles.None;
            bench.Advance(2e9);
            return !bench.State.HasOpenAlarms;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
        Assert.InRange(read, 100, 2900);
    }

    [Fact]
    public void Random_bytes_are_refused()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            byte[] versioned = [2, .. bytes];
            _ = ThingState.TryRead(versioned, out ThingState state, out _);
            versioned[0] = 1;
            _ = FleetStatistics.TryRead(versioned, out FleetStatistics fleet, out _);
            return state is not null && fleet is not null;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    private static ThingProfiles RichProfiles() => Bench.Compile(new SecurityProfile("rich")
    {
        Behaviors =
        [
            Bench.Count(Deltas[0], LessThan, 2, 300) with { Name = "alarm" },
            Bench.Count(Deltas[1], LessThan, 2, 3600, toAlarm: 9) with { Name = "pending" },
            Bench.Count(BuiltInMetrics.NumMessagesSent, GreaterThan, 2, 900) with { Name = "window" },
            new Behavior("set", BuiltInMetrics.DestinationIpAddresses, new StaticCriteria(InCidrSet, MetricValue.OfCidrs(["10.0.0.0/8"]), null)),
            new Behavior("p99", Deltas[2], new StatisticalCriteria(LessThan, Statistic.All[^2], 600)),
            new Behavior("model", Deltas[3], new ModelCriteria(ConfidenceLevel.High)),
        ],
    });

    private static ThingState Rich()
    {
        var bench = new Bench { Profiles = RichProfiles() };
        for (int i = 0; i < 4; i++)
        {
            bench.Observe(i * 400, buffer =>
            {
                Array.ForEach(Deltas, delta => buffer.AddCount(delta, 5));
                buffer.AddCount(BuiltInMetrics.NumMessagesSent, 1);
                buffer.AddAddresses(BuiltInMetrics.DestinationIpAddresses, [IpAddress.FromIPv4(0x0B000001)]);
            });
        }

        Assert.Equal(3, bench.Events.Count(e => e.Type == ViolationEventType.InAlarm));
        return SavedState.Restore(bench.State);
    }

    private static Gen<(int At, byte Value)[]> Damage(int length) =>
        (from at in Gen.Choose(1, length - 1) from value in Gen.Choose(0, 255) select (at, (byte)value)).NonEmptyListOf().Select(list => list.Take(3).ToArray());
}
