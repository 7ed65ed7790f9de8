using System;
using System.Collections.Generic;
using System.Linq;
using Defender.Evaluator.Addresses;
using Defender.Evaluator.Alarms;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Xunit;
using static Defender.Evaluator.Profiles.ComparisonOperator;

namespace Defender.Evaluator.Tests.Judging;

/// <summary>What a report costs when it changes nothing.</summary>
public sealed class HotPathTests
{
    [Fact]
    public void A_report_that_starts_or_ends_no_alarm_allocates_nothing()
    {
        var catalog = new MetricCatalog([new("processes", MetricValueKind.Strings), new("speeds", MetricValueKind.Numbers), new("level", MetricValueKind.Number)]);
        Metric processes = catalog.All[^3], speeds = catalog.All[^2], level = catalog.All[^1];
        Behavior Set(Metric metric, ComparisonOperator comparison, MetricValue value) =>
            new($"set-of-{metric}".Replace(':', '-'), metric, new StaticCriteria(comparison, value, null));
        Behavior[] behaviors =
        [
            Bench.Count(BuiltInMetrics.AllBytesIn, LessThan, 1000, 300) with { Name = "report" },
            Bench.Count(BuiltInMetrics.AllBytesOut, LessThan, 1_000_000, 3600) with { Name = "trailing" },
            Bench.Count(BuiltInMetrics.NumMessagesSent, LessThan, 1_000_000, 1800) with { Name = "tumbling" },
            Bench.Count(BuiltInMetrics.NumListeningTcpPorts, LessThan, 5) with { Name = "in-alarm" },
            Set(BuiltInMetrics.ListeningTcpPorts, InPortSet, MetricValue.OfPorts([.. Enumerable.Range(0, 100)])),
            Set(BuiltInMetrics.DestinationIpAddresses, NotInCidrSet, MetricValue.OfCidrs(["192.0.2.0/24", "2001:db8::/32"])),
            Set(processes, InSet, MetricValue.OfStrings(["sshd", "größe"])),
            Set(speeds, InSet, MetricValue.OfNumbers([1, 2.5])),
            new("level", level, new StaticCriteria(GreaterThan, MetricValue.OfNumber(-3), null)),
            new("p90", BuiltInMetrics.AllPacketsIn, new StatisticalCriteria(LessThanEquals, Statistic.All[6], 600)),
            new("model", BuiltInMetrics.AllPacketsOut, new ModelCriteria(ConfidenceLevel.Low)),
        ];
        ThingProfiles profiles = Bench.Compile(new SecurityProfile("p") { Behaviors = [.. behaviors] });
        var judge = new Judge(JudgeOptions.Default);
        ThingState[] states = [new(), new()];
        var events = new List<ViolationEvent>();
        var buffer = new DatapointBuffer();
        ushort[] ports = [22, 80];
        IpAddress[] addresses = [IpAddress.FromIPv4(0x0A000001), new(UInt128.One)];
        double[] numbers = [2.5, 1];
        DateTimeOffset at = Bench.Start;

        void Report()
        {
            at = at.AddSeconds(300);
            foreach (ThingState state in states)
            {
                buffer.Clear();
                buffer.AddCount(BuiltInMetrics.AllBytesIn, 500);
                buffer.AddCount(BuiltInMetrics.AllBytesOut, 500);
                buffer.AddCount(BuiltInMetrics.AllPacketsIn, 7);
                buffer.AddCount(BuiltInMetrics.AllPacketsOut, 7);
                buffer.AddCount(BuiltInMetrics.NumMessagesSent, 50);
                buffer.AddCount(BuiltInMetrics.NumListeningTcpPorts, 9);
                buffer.AddPorts(BuiltInMetrics.ListeningTcpPorts, ports);
                buffer.AddAddresses(BuiltInMetrics.DestinationIpAddresses, addresses);
                buffer.AddStrings(processes);
                buffer.AddString("größe"u8);
                buffer.AddNumbers(speeds, numbers);
                buffer.AddNumber(level, 4);
                judge.Observe("pump-17", profiles, state, buffer, at, events);
                judge.Advance("pump-17", profiles, state, at, events);
            }
        }

        for (int i = 0; i < 100; i++)
            Report();
        Assert.All(states, state => Assert.True(state.HasOpenAlarms));
        events.Clear();

        // A window of the fleet that is new takes a sample of its own; there is none between two reports of one window.
        at = Bench.Start.AddSeconds(600 * 100);
        Report();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Report();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Empty(events);
    }

    [Fact]
    public void A_new_snapshot_of_the_same_profiles_costs_nothing()
    {
        ThingProfiles Compile() => Bench.Compile(new SecurityProfile("p") { Behaviors = [Bench.Count(BuiltInMetrics.AllBytesIn, LessThan, 1000, 300)] });
        ThingProfiles first = Compile(), second = Compile();
        var judge = new Judge(JudgeOptions.Default);
        var state = new ThingState();
        var events = new List<ViolationEvent>();
        judge.Advance("pump-17", first, state, Bench.Start, events);
        judge.Advance("pump-17", second, state, Bench.Start, events);
        long before = GC.GetAllocatedBytesForCurrentThread();
        judge.Advance("pump-17", first, state, Bench.Start, events);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
