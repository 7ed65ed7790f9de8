using System;
using System.Collections.Generic;
using System.Linq;
using BenchmarkDotNet.Attributes;
using Defender.Evaluator.Addresses;
using Defender.Evaluator.Alarms;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Metrics;

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
        _profiles = BenchmarkReport.Profiles(Behaviors);
        foreach (Metric metric in BuiltInMetrics.All.Where(metric => metric is { Side: MetricSide.Device, IsScalar: true }))
            _report.AddCount(metric, 1000);
        _report.AddPorts(BuiltInMetrics.ListeningTcpPorts, [.. Enumerable.Range(30, 10).Select(port => (ushort)port)]);
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
