using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Text;
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

    /// <summary>Long names make 2.0 KB of JSON, short ones 1.2 KB.</summary>
    [Params(false, true)]
    public bool ShortNames { get; set; }

    [GlobalSetup]
    public void Write()
    {
        string text = ReportJson(ShortNames);
        _json = Encoding.UTF8.GetBytes(text);
        using JsonDocument document = JsonDocument.Parse(text);
        var cbor = new List<byte>();
        Encode(document.RootElement, cbor);
        _cbor = [.. cbor];
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

    private static string ReportJson(bool shortNames)
    {
        // 20 connections to 13 addresses: brokers and time servers are talked to more than once.
        IEnumerable<string> ports = Enumerable.Range(0, 10).Select(i => $$"""{"port":{{20 + i * 443}},"interface":"eth{{i % 2}}"}""");
        IEnumerable<string> connections = Enumerable.Range(0, 20).Select(i =>
            $$"""{"remote_addr":"203.0.113.{{i % 13 * 17}}:{{8883 - i}}","local_port":{{40000 + i * 97}},"local_interface":"eth0"}""");
        string text = """
            {"header":{"report_id":1700000300,"version":"1.0"},"metrics":{
            "listening_tcp_ports":{"ports":[PORTS],"total":10},"listening_udp_ports":{"ports":[],"total":0},
            "network_stats":{"bytes_in":29358693,"bytes_out":26485035,"packets_in":10012,"packets_out":11210},
            "tcp_connections":{"established_connections":{"connections":[CONNECTIONS],"total":20}}}}
            """
            .Replace("PORTS", string.Join(',', ports), StringComparison.Ordinal)
            .Replace("CONNECTIONS", string.Join(',', connections), StringComparison.Ordinal)
            .Replace("\n", "", StringComparison.Ordinal);
        if (!shortNames)
            return text;
        return new (string Name, string Short)[]
        {
            ("header", "hed"), ("report_id", "rid"), ("version", "v"), ("metrics", "met"), ("listening_tcp_ports", "tp"),
            ("listening_udp_ports", "up"), ("ports", "pts"), ("total", "t"), ("port", "pt"), ("local_interface", "li"),
            ("interface", "if"), ("network_stats", "ns"), ("bytes_in", "bi"), ("bytes_out", "bo"), ("packets_in", "pi"),
            ("packets_out", "po"), ("tcp_connections", "tc"), ("established_connections", "ec"), ("connections", "cs"),
            ("remote_addr", "rad"), ("local_port", "lp"),
        }.Aggregate(text, (result, pair) => result.Replace($"\"{pair.Name}\":", $"\"{pair.Short}\":", StringComparison.Ordinal));
    }

    private static void Encode(JsonElement value, List<byte> cbor)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                Head(5, (uint)value.EnumerateObject().Count(), cbor);
                foreach (JsonProperty member in value.EnumerateObject())
                {
                    Text(member.Name, cbor);
                    Encode(member.Value, cbor);
                }

                break;
            case JsonValueKind.Array:
                Head(4, (uint)value.GetArrayLength(), cbor);
                foreach (JsonElement item in value.EnumerateArray())
                    Encode(item, cbor);
                break;
            case JsonValueKind.String:
                Text(value.GetString()!, cbor);
                break;
            default:
                Head(0, value.GetUInt32(), cbor);
                break;
        }
    }

    private static void Text(string text, List<byte> cbor)
    {
        Head(3, (uint)text.Length, cbor);
        cbor.AddRange(Encoding.ASCII.GetBytes(text));
    }

    private static void Head(int major, uint argument, List<byte> cbor)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, argument);
        (int info, int size) = argument switch
        {
            < 24 => ((int)argument, 0),
            <= byte.MaxValue => (24, 1),
            <= ushort.MaxValue => (25, 2),
            _ => (26, 4),
        };
        cbor.Add((byte)(major << 5 | info));
        cbor.AddRange(bytes[(4 - size)..]);
    }
}
