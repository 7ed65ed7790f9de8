using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;

namespace Defender.Benchmarks;

/// <summary>The one report and the profiles that the evaluator's benchmarks share.</summary>
internal static class BenchmarkReport
{
    /// <summary>10 listening ports, 20 connections, traffic: 2.2 KB with long names and interfaces, 1 KB with short names and without.</summary>
    public static byte[] Json(bool shortNames) => Encoding.UTF8.GetBytes(Text(shortNames));

    /// <summary>The behaviors in a profile of all things.</summary>
    public static ThingProfiles Profiles(int behaviors)
    {
        var profile = new SecurityProfile("p") { Behaviors = [.. Behaviors(behaviors)] };
        return ProfileSet.Compile([new(profile, [AttachmentTarget.AllThings])]).For(ThingMembership.Registered);
    }

    /// <summary>Static behaviors of all kinds that the report conforms to, ten kinds over and over.</summary>
    public static IEnumerable<Behavior> Behaviors(int count)
    {
        Behavior[] kinds =
        [
            Count(BuiltInMetrics.AllBytesOut, 300),
            Set(BuiltInMetrics.ListeningTcpPorts, ComparisonOperator.NotInPortSet, MetricValue.OfPorts([22, 23, 2323, 80, 443, 8080])),
            Set(BuiltInMetrics.DestinationIpAddresses, ComparisonOperator.NotInCidrSet, MetricValue.OfCidrs(["192.0.2.0/24", "198.51.100.0/24", "2001:db8::/32"])),
            Count(BuiltInMetrics.AllBytesIn, 300),
            Count(BuiltInMetrics.AllPacketsIn, 300),
            Count(BuiltInMetrics.AllPacketsOut, 300),
            Count(BuiltInMetrics.NumListeningTcpPorts, null),
            Count(BuiltInMetrics.NumListeningUdpPorts, null),
            Count(BuiltInMetrics.NumEstablishedTcpConnections, null),
            Set(BuiltInMetrics.ListeningUdpPorts, ComparisonOperator.InPortSet, MetricValue.OfPorts([53, 68, 123])),
        ];
        return Enumerable.Range(0, count).Select(i => kinds[i % kinds.Length] with { Name = $"b{i}" });
    }

    private static Behavior Count(Metric metric, int? duration) =>
        new("b", metric, new StaticCriteria(ComparisonOperator.LessThan, MetricValue.OfCount(100_000_000), duration));

    private static Behavior Set(Metric metric, ComparisonOperator comparison, MetricValue value) =>
        new("b", metric, new StaticCriteria(comparison, value, null));

    private static string Text(bool shortNames)
    {
        // 20 connections to 13 addresses: brokers and time servers are talked to more than once.
        (string port, string connection) = shortNames ? ("", "") : (",\"interface\":\"eth0\"", ",\"local_interface\":\"eth0\"");
        IEnumerable<string> ports = Enumerable.Range(0, 10).Select(i => $$"""{"port":{{20 + i * 443}}{{port}}}""");
        IEnumerable<string> connections = Enumerable.Range(0, 20).Select(i =>
            $$"""{"remote_addr":"203.0.113.{{i % 13 * 17}}:{{8883 - i}}","local_port":{{40000 + i * 97}}{{connection}}}""");
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
            ("listening_udp_ports", "up"), ("ports", "pts"), ("total", "t"), ("port", "pt"), ("network_stats", "ns"), ("bytes_in", "bi"), ("bytes_out", "bo"), ("packets_in", "pi"),
            ("packets_out", "po"), ("tcp_connections", "tc"), ("established_connections", "ec"), ("connections", "cs"),
            ("remote_addr", "rad"), ("local_port", "lp"),
        }.Aggregate(text, (result, pair) => result.Replace($"\"{pair.Name}\":", $"\"{pair.Short}\":", StringComparison.Ordinal));
    }
}
