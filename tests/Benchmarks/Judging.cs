using System;
using System.Collections.Generic;
using System.Linq;
using BenchmarkDotNet.Attributes;
using Defender.Evaluator.Addresses;
using Defender.Evaluator.Alarms;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;

namespace Defender.Benchmarks;

/// <summary>One report of 10 ports and 20 connections before static behaviors, none of which changes its state.</summary>
[MemoryDiagnoser]
public class Observe
{
    private readonly Judge _judge = new(JudgeOptions.Default);
    private readonly ThingState _state = new();
    private readonly DatapointBuffer _report = new();
    private readonly List<ViolationEvent> _events = [];
    private ThingProfiles _profiles = ThingProfiles.None;
    private DateTimeOffset _at = DateTimeOffset.FromUnixTimeSeconds(1_700_002_800);

    [Params(1, 10, 100)]
    public int Behaviors { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        Behavior[] kinds =
        [
            Count(BuiltInMetrics.AllBytesOut, 300),
            Set(BuiltInMetrics.ListeningTcpPorts, ComparisonOperator.InPortSet, MetricValue.OfPorts([.. Enumerable.Range(0, 100)])),
            Set(BuiltInMetrics.DestinationIpAddresses, ComparisonOperator.NotInCidrSet, MetricValue.OfCidrs(["192.0.2.0/24", "198.51.100.0/24", "2001:db8::/32"])),
            Count(BuiltInMetrics.AllBytesIn, 300),
            Count(BuiltInMetrics.AllPacketsIn, 300),
            Count(BuiltInMetrics.AllPacketsOut, 300),
            Count(BuiltInMetrics.NumListeningTcpPorts, null),
            Count(BuiltInMetrics.NumListeningUdpPorts, null),
            Count(BuiltInMetrics.NumEstablishedTcpConnections, null),
            Set(BuiltInMetrics.ListeningUdpPorts, ComparisonOperator.InPortSet, MetricValue.OfPorts([53, 68, 123])),
        ];
        var profile = new SecurityProfile("p") { Behaviors = [.. Enumerable.Range(0, Behaviors).Select(i => kinds[i % kinds.Length] with { Name = $"b{i}" })] };
        _profiles = ProfileSet.Compile([new(profile, [AttachmentTarget.AllThings])]).For(ThingMembership.Registered);

        foreach (Metric metric in kinds.Where(kind => kind.Metric.IsScalar).Select(kind => kind.Metric))
            _report.AddCount(metric, 1000);
        _report.AddPorts(BuiltInMetrics.ListeningTcpPorts, [.. Enumerable.Range(20, 10).Select(port => (ushort)port)]);
        _report.AddPorts(BuiltInMetrics.ListeningUdpPorts, [53, 68, 123]);
        _report.AddAddresses(BuiltInMetrics.DestinationIpAddresses, [.. Enumerable.Range(0, 20).Select(i => IpAddress.FromIPv4(0x0A000000 + (uint)i * 7919))]);
    }

    [Benchmark]
    public int Report()
    {
        _at = _at.AddSeconds(1);
        _judge.Observe("pump-17", _profiles, _state, _report, _at, _events);
        return _events.Count;
    }

    private static Behavior Count(Metric metric, int? duration) =>
        new("b", metric, new StaticCriteria(ComparisonOperator.LessThan, MetricValue.OfCount(1_000_000), duration));

    private static Behavior Set(Metric metric, ComparisonOperator comparison, MetricValue value) =>
        new("b", metric, new StaticCriteria(comparison, value, null));
}

/// <summary>One address in many networks: the set, against asking a hundredth of them one by one.</summary>
[MemoryDiagnoser]
public class CidrLookup
{
    private CidrSet _set = new([]);
    private CidrBlock[] _thousand = [];
    private IpAddress[] _asked = [];
    private int _next;

    [Params(4, 6)]
    public int Family { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        CidrBlock[] networks = [.. Enumerable.Range(0, 100_000).Select(_ => Network(random))];
        _set = new CidrSet(networks);
        _thousand = networks[..1000];
        _asked = [.. Enumerable.Range(0, 4096).Select(i => i % 2 == 0 ? networks[random.Next(networks.Length)].First : Network(random).Last)];
    }

    [Benchmark(Baseline = true)]
    public bool LinearScanOf1000()
    {
        IpAddress address = _asked[_next++ & 4095];
        foreach (CidrBlock network in _thousand)
        {
            if (network.Contains(address))
                return true;
        }

        return false;
    }

    [Benchmark]
    public bool SetOf100000() => _set.Contains(_asked[_next++ & 4095]);

    private CidrBlock Network(Random random)
    {
        UInt128 bits = new((ulong)random.NextInt64(), (ulong)random.NextInt64());
        string text = Family == 4 ? $"{IpAddress.FromIPv4((uint)bits)}/{random.Next(20, 33)}" : $"{new IpAddress(bits)}/{random.Next(32, 129)}";
        return CidrBlock.TryParse(text, out CidrBlock block) ? block : throw new FormatException(text);
    }
}
