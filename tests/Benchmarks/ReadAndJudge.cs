using System;
using System.Collections.Generic;
using BenchmarkDotNet.Attributes;
using Defender.Evaluator.Alarms;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Reports;

namespace Defender.Benchmarks;

/// <summary>The whole work on a report, from its bytes to a verdict by 10 and by 100 behaviors.</summary>
[MemoryDiagnoser]
public class ReadAndJudge
{
    private readonly ReportReader _reader = new();
    private readonly Report _report = new();
    private readonly Judge _judge = new(JudgeOptions.Default);
    private readonly ThingState _state = new();
    private readonly List<ViolationEvent> _events = [];
    private readonly byte[] _json = BenchmarkReport.Json(shortNames: true);
    private readonly byte[] _cbor = CborText.Of(BenchmarkReport.Json(shortNames: true));
    private ThingProfiles _profiles = ThingProfiles.None;
    private DateTimeOffset _at = DateTimeOffset.FromUnixTimeSeconds(1_700_002_800);

    [Params(10, 100)]
    public int Behaviors { get; set; }

    [GlobalSetup]
    public void Setup() => _profiles = BenchmarkReport.Profiles(Behaviors);

    [Benchmark(Baseline = true)]
    public int Json() => Run(_json, ReportFormat.Json);

    [Benchmark]
    public int Cbor() => Run(_cbor, ReportFormat.Cbor);

    /// <summary>Reads and judges once; throws where that is not what happens, so that no benchmark measures a refusal.</summary>
    internal int Run(byte[] payload, ReportFormat format)
    {
        if (!_reader.TryRead(payload, format, MetricCatalog.BuiltIn, _report, out ReportError error))
            throw new InvalidOperationException(error.ToString());
        _at = _at.AddSeconds(1);
        _judge.Observe("pump-17", _profiles, _state, _report.Datapoints, _at, _events);
        return _events.Count == 0 ? _report.Datapoints.Datapoints.Length : throw new InvalidOperationException("an alarm");
    }
}
