using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Defender.Evaluator.Addresses;
using Defender.Evaluator.Alarms;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Percentiles;
using Defender.Evaluator.Profiles;
using Xunit;
using static Defender.Evaluator.Profiles.ComparisonOperator;

namespace Defender.Evaluator.Tests.Judging;

/// <summary>What an open alarm says of itself: the event it began with, and the newest value that violated.</summary>
public sealed class ActiveViolationTests
{
    private static readonly Metric Ports = BuiltInMetrics.ListeningTcpPorts;
    private static readonly MetricCatalog Custom =
        new([new("names", MetricValueKind.Strings), new("speeds", MetricValueKind.Numbers), new("level", MetricValueKind.Number)]);
    private static readonly Metric Names = Custom.All[^3], Speeds = Custom.All[^2], Level = Custom.All[^1];

    [Fact]
    public void There_is_none_before_the_alarm_and_none_after_it()
    {
        var bench = new Bench(Bench.Count(BuiltInMetrics.NumListeningTcpPorts, LessThan, 5, toAlarm: 2, toClear: 2));
        bench.Observe(0, BuiltInMetrics.NumListeningTcpPorts, 9);
        Assert.Empty(Active(bench));
        bench.Observe(300, BuiltInMetrics.NumListeningTcpPorts, 9);
        bench.Observe(600, BuiltInMetrics.NumListeningTcpPorts, 1);
        Assert.Single(Active(bench));
        bench.Observe(900, BuiltInMetrics.NumListeningTcpPorts, 1);
        Assert.Empty(Active(bench));
    }

    [Fact]
    public void Says_what_its_event_said_and_then_the_newest_value_that_violated()
    {
        var bench = new Bench(Bench.Count(BuiltInMetrics.NumListeningTcpPorts, LessThan, 5, toClear: 3));
        ViolationEvent started = bench.Observe(0, BuiltInMetrics.NumListeningTcpPorts, 9).Single();
        ActiveViolation expected = new(
            started.ViolationId, Bench.Thing, Bench.Profile, started.Behavior, Bench.Start, Bench.Start, MetricValue.OfCount(9));
        Assert.Equal(expected, Active(bench).Single());

        bench.Observe(300, BuiltInMetrics.NumListeningTcpPorts, 11);
        expected = expected with { LastViolationAt = Bench.Start.AddSeconds(300), LastViolationValue = MetricValue.OfCount(11) };
        Assert.Equal(expected, Active(bench).Single());

        bench.Observe(600, BuiltInMetrics.NumListeningTcpPorts, 2);
        Assert.Equal(expected, Active(bench).Single());
        bench.Observe(900, BuiltInMetrics.NumListeningTcpPorts, 11);
        Assert.Equal(expected with { LastViolationAt = Bench.Start.AddSeconds(900) }, Active(bench).Single());
    }

    [Fact]
    public void Remembers_values_of_every_kind_and_new_ones_only()
    {
        Behavior Set(Metric metric, ComparisonOperator comparison, MetricValue value) => new(metric.Name[..4].Replace(':', '-'), metric, new StaticCriteria(comparison, value, null));
        var bench = new Bench(
            Set(Ports, InPortSet, MetricValue.OfPorts([22])),
            Set(BuiltInMetrics.DestinationIpAddresses, InCidrSet, MetricValue.OfCidrs(["10.0.0.0/8"])),
            Set(Names, InSet, MetricValue.OfStrings(["a"])),
            Set(Speeds, InSet, MetricValue.OfNumbers([1])),
            Set(Level, LessThan, MetricValue.OfNumber(1.5)));
        void Fill(DatapointBuffer buffer, ushort last)
        {
            buffer.AddPorts(Ports, [80, last]);
            buffer.AddAddresses(BuiltInMetrics.DestinationIpAddresses, [IpAddress.FromIPv4(last), new(UInt128.MaxValue)]);
            buffer.AddStrings(Names);
            buffer.AddString("größe"u8);
            buffer.AddString(Encoding.ASCII.GetBytes($"{last}"));
            buffer.AddNumbers(Speeds, [last + 0.5]);
            buffer.AddNumber(Level, last + 0.25);
        }

        string Values() => string.Join(' ', Active(bench).Select(violation => violation.LastViolationValue).OrderBy(value => value.Kind).Select(value =>
            string.Join(',', value.Ports.Select(port => $"{port}").Concat(value.Cidrs).Concat(value.Strings).Concat(value.Numbers.Select(number => $"{number}")))
            + (value.Kind == MetricValueKind.Number ? $"{value.Number}" : "")));

        foreach (ushort last in (ushort[])[3, 3, 4])
        {
            bench.Observe(last * 300, buffer => Fill(buffer, last));
            Assert.Equal($"{last}.25 80,{last} 0.0.0.{last},ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff {last}.5 größe,{last}", Values());
            bench.State = SavedState.Restore(bench.State);
            Assert.Equal($"{last}.25 80,{last} 0.0.0.{last},ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff {last}.5 größe,{last}", Values());
        }
    }

    [Fact]
    public void A_value_that_is_the_same_is_not_made_again()
    {
        var bench = new Bench(new Behavior("b", Ports, new StaticCriteria(InPortSet, MetricValue.OfPorts([22]), null)));
        void Report(int at) => bench.Observe(at, buffer => buffer.AddPorts(Ports, [80, 22]));
        Report(0);
        Report(300);
        MetricValue first = Active(bench).Single().LastViolationValue;
        Report(600);
        Assert.Same(first, Active(bench).Single().LastViolationValue);
        bench.Observe(900, buffer => buffer.AddPorts(Ports, [80]));
        Assert.Equal(MetricValue.OfPorts([80]), Active(bench).Single().LastViolationValue);
    }

    [Fact]
    public void Of_a_large_set_it_remembers_the_members_that_broke_the_rule_before_the_others()
    {
        var bench = new Bench(new Behavior("b", Ports, new StaticCriteria(NotInPortSet, MetricValue.OfPorts([4444, 60_000]), null)));
        ushort[] many = [.. Enumerable.Range(1, 60_000).Select(port => (ushort)port)];
        ViolationEvent started = bench.Observe(0, buffer => buffer.AddPorts(Ports, many)).Single();
        Assert.Equal(60_000, started.MetricValue!.Ports.Length);
        Assert.Equal([4444, 60_000, .. Enumerable.Range(1, 998)], Active(bench).Single().LastViolationValue.Ports.AsEnumerable());
        bench.Observe(300, buffer => buffer.AddPorts(Ports, many.AsSpan()[4000..]));
        Assert.Equal([4444, 60_000, .. Enumerable.Range(4001, 999).Where(port => port != 4444).Take(998)], Active(bench).Single().LastViolationValue.Ports.AsEnumerable());
        Assert.InRange(SavedState.Bytes(bench.State).Length, 1000, 4000);
        SavedState.Restore(bench.State);
    }

    [Fact]
    public void Of_long_strings_it_remembers_as_many_as_fit()
    {
        var bench = new Bench(new Behavior("b", Names, new StaticCriteria(NotInSet, MetricValue.OfStrings(["evil"]), null)));
        bench.Observe(0, buffer =>
        {
            buffer.AddStrings(Names);
            foreach (string text in (string[])[new('a', 100_000), new('b', 10_000), new('c', 6000), "d", "evil"])
                buffer.AddString(Encoding.ASCII.GetBytes(text));
        });
        Assert.Equal(["evil", new('b', 10_000), "d"], Active(bench).Single().LastViolationValue.Strings.AsEnumerable());
        SavedState.Restore(bench.State);
    }

    [Fact]
    public void Time_does_not_go_back_with_a_late_report()
    {
        var behavior = new Behavior("b", BuiltInMetrics.NumMessagesSent, new StatisticalCriteria(LessThanEquals, Statistic.All[5], 900));
        var bench = new Bench(behavior);
        bench.Judge.Thresholds = new FleetStatistics();
        bench.Observe(300, BuiltInMetrics.NumMessagesSent, 3);

        // The threshold came after the report: its window is judged at the end. The report that comes late for that window
        // counts in the next one, and breaks its threshold at once.
        bench.Judge.Thresholds = OnesBefore(900);
        bench.Advance(2000);
        Assert.Equal(Bench.Start.AddSeconds(900), Active(bench).Single().LastViolationAt);
        bench.Judge.Thresholds = OnesBefore(1800);
        bench.Observe(400, BuiltInMetrics.NumMessagesSent, 9);
        Assert.Equal((Bench.Start.AddSeconds(900), 9L), (Active(bench).Single().LastViolationAt, Active(bench).Single().LastViolationValue.Count));
        SavedState.Restore(bench.State);

        FleetStatistics OnesBefore(int end)
        {
            var fleet = new FleetStatistics();
            for (int thing = 0; thing < 2; thing++)
                fleet.Add(bench.State.Behaviors[0].Key, 900_000, Bench.Start.AddSeconds(end - 900).ToUnixTimeMilliseconds(), 1, isFirstOfThing: true);
            return fleet;
        }
    }

    [Fact]
    public void A_changed_switch_of_the_behavior_shows_in_an_open_alarm()
    {
        Behavior behavior = Bench.Count(BuiltInMetrics.NumListeningTcpPorts, LessThan, 5);
        var bench = new Bench(behavior);
        bench.Observe(0, BuiltInMetrics.NumListeningTcpPorts, 9);
        bench.Attach(behavior with { SuppressAlerts = true });
        bench.Advance(60);
        Assert.True(Active(bench).Single().Behavior.SuppressAlerts);
    }

    private static List<ActiveViolation> Active(Bench bench)
    {
        List<ActiveViolation> violations = [];
        bench.State.CopyActiveViolations(Bench.Thing, violations);
        Assert.Equal(bench.State.HasOpenAlarms, violations.Count > 0);
        return violations;
    }
}
