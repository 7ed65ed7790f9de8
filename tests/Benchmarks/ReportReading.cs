using System;
using System.Collections.Generic;
using System.Net;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Reports;

namespace Defender.Benchmarks;

/// <summary>
/// Reads a report of 10 ports and 20 connections, in JSON and in CBOR. The baseline walks a <see cref="JsonDocument"/> to the
/// same values without checking what the rules ask for.
/// </summary>
[MemoryDiagnoser]
public class ReportReading
{
    private readonly ReportReader _reader = new();
    private readonly Report _report = new();
    private byte[] _json = [];
    private byte[] _cbor = [];

    /// <summary>2.2 KB of JSON with long names and interfaces, 1 KB with short names and without.</summary>
    [Params(false, true)]
    public bool ShortNames { get; set; }

    [GlobalSetup]
    public void Write()
    {
        _json = BenchmarkReport.Json(ShortNames);
        _cbor = CborText.Of(_json);
        Console.WriteLine($"// JSON {_json.Length} bytes, CBOR {_cbor.Length} bytes");
        if (ReadJson() != 23 || ReadCbor() != 23 || WalkJsonDocument() != 23)
            throw new InvalidOperationException("the readers do not agree");
    }

    [Benchmark(Baseline = true)]
    public int WalkJsonDocument()
    {
        using JsonDocument document = JsonDocument.Parse(_json);
        JsonElement metrics = Member(document.RootElement, "metrics", "met");
        JsonElement listening = Member(metrics, "listening_tcp_ports", "tp");
        JsonElement established = Member(Member(metrics, "tcp_connections", "tc"), "established_connections", "ec");
        JsonElement traffic = Member(metrics, "network_stats", "ns");
        long sum = Member(Member(document.RootElement, "header", "hed"), "report_id", "rid").GetInt64();
        sum += Member(listening, "total", "t").GetInt64() + Member(established, "total", "t").GetInt64();
        foreach (string[] names in (string[][])[["bytes_in", "bi"], ["bytes_out", "bo"], ["packets_in", "pi"], ["packets_out", "po"]])
            sum += Member(traffic, names[0], names[1]).GetInt64();

        var ports = new HashSet<int>();
        foreach (JsonElement port in Member(listening, "ports", "pts").EnumerateArray())
            ports.Add(Member(port, "port", "pt").GetInt32());
        var addresses = new HashSet<IPAddress>();
        foreach (JsonElement connection in Member(established, "connections", "cs").EnumerateArray())
            addresses.Add(IPEndPoint.Parse(Member(connection, "remote_addr", "rad").GetString()!).Address);
        return sum > 0 ? ports.Count + addresses.Count : 0;
    }

    [Benchmark]
    public int ReadJson() => Read(_json, ReportFormat.Json);

    [Benchmark]
    public int ReadCbor() => Read(_cbor, ReportFormat.Cbor);

    private int Read(byte[] payload, ReportFormat format)
    {
        if (!_reader.TryRead(payload, format, MetricCatalog.BuiltIn, _report, out _))
            return 0;
        int members = 0;
        foreach (Datapoint datapoint in _report.Datapoints.Datapoints)
            members += datapoint.Length;
        return members;
    }

    private static JsonElement Member(JsonElement parent, string name, string shortName) =>
        parent.TryGetProperty(name, out JsonElement value) ? value : parent.GetProperty(shortName);
}
