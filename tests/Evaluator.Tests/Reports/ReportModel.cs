using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Defender.Evaluator.Tests.Reports;

/// <summary>
/// A report as a tree of members that can be written in many ways: JSON or CBOR, each name long or short, members in any
/// order, numbers and strings in any of their forms.
/// </summary>
internal sealed record ReportModel(int ReportId, Listening? Tcp, Listening? Udp, Established? Connections, long?[] Traffic, Custom[] CustomMetrics)
{
    /// <summary>The report's datapoints as <see cref="ReportText"/> shows them, by CONTRACT a.8.</summary>
    public string ExpectedText()
    {
        var lines = new List<string>();
        AddListening("tcp", Tcp, lines);
        AddListening("udp", Udp, lines);
        if (Connections is { } connections)
        {
            if (connections.Total is not null || connections.Remotes is not null)
                lines.Add($"aws:num-established-tcp-connections count {connections.Total ?? connections.Remotes!.Length}");
            if (connections.Remotes is { } remotes)
                lines.Add($"aws:destination-ip-addresses cidrs {Set(remotes.Select(remote => remote.Address))}");
        }

        string[] traffic = ["aws:all-bytes-in", "aws:all-bytes-out", "aws:all-packets-in", "aws:all-packets-out"];
        for (int i = 0; i < traffic.Length; i++)
        {
            if (Traffic[i] is { } count)
                lines.Add(count > 1L << 53 ? $"dropped {traffic[i]}" : $"{traffic[i]} count {count}");
        }

        lines.AddRange(CustomMetrics.Select(custom => custom.Expected));
        return string.Join('\n', lines.Order(StringComparer.Ordinal).Prepend($"report {ReportId}"));
    }

    /// <summary>Writes the report, the free choices made by <paramref name="random"/>.</summary>
    public byte[] Write(bool isCbor, Random random)
    {
        var output = new ArrayBufferWriter<byte>();
        new ReportModelWriter(output, isCbor, random).Write(ToTree());
        return output.WrittenSpan.ToArray();
    }

    private static void AddListening(string protocol, Listening? listening, List<string> lines)
    {
        if (listening is null)
            return;
        if (listening.Total is not null || listening.Ports is not null)
            lines.Add($"aws:num-listening-{protocol}-ports count {listening.Total ?? listening.Ports!.Length}");
        if (listening.Ports is { } ports)
            lines.Add($"aws:listening-{protocol}-ports ports {Set(ports.Select(port => port.ToString(CultureInfo.InvariantCulture)))}");
    }

    private static string Set(IEnumerable<string> members) => string.Join(' ', members.Distinct().Order(StringComparer.Ordinal));

    private Node ToTree()
    {
        var metrics = new List<NodeMember>();
        if (Tcp is not null)
            metrics.Add(new("listening_tcp_ports", "tp", Tree(Tcp)));
        if (Udp is not null)
            metrics.Add(new("listening_udp_ports", "up", Tree(Udp)));
        if (Connections is not null)
            metrics.Add(new("tcp_connections", "tc", Node.Of(new NodeMember("established_connections", "ec", Tree(Connections)))));
        (string, string)[] names = [("bytes_in", "bi"), ("bytes_out", "bo"), ("packets_in", "pi"), ("packets_out", "po")];
        metrics.Add(new("network_stats", "ns", Node.Of([.. names.Zip(Traffic, (name, count) =>
            new NodeMember(name.Item1, name.Item2, count is null ? null : Node.Of(count.Value)))])));
        return Node.Of(
            new("header", "hed", Node.Of(new("report_id", "rid", Node.Of(ReportId)), new("version", "v", Node.Of("1.0")))),
            new("metrics", "met", Node.Of([.. metrics])),
            new("custom_metrics", "cmet", Node.Of([.. CustomMetrics.Select(custom => new NodeMember(custom.Name, null, Node.List(custom.Value)))])));
    }

    private static Node Tree(Listening listening) => Node.Of(
        new("ports", "pts", listening.Ports is null ? null : Node.List([.. listening.Ports.Select(port => Node.Of(
            new("port", "pt", Node.Of(port)), new("interface", "if", Node.Of("eth0"))))])),
        new("total", "t", listening.Total is null ? null : Node.Of(listening.Total.Value)));

    private static Node Tree(Established established) => Node.Of(
        new("connections", "cs", established.Remotes is null ? null : Node.List([.. established.Remotes.Select(remote => Node.Of(
            new("remote_addr", "rad", Node.Of(remote.Text)), new("local_port", "lp", Node.Of(remote.LocalPort)), new("local_interface", "li", null)))])),
        new("total", "t", established.Total is null ? null : Node.Of(established.Total.Value)));
}

internal sealed record Listening(int[]? Ports, int? Total);

internal sealed record Established(Remote[]? Remotes, int? Total);

/// <summary>The far end of a connection: as written, and the address that it names.</summary>
internal sealed record Remote(string Text, string Address, int LocalPort);

/// <summary>A custom metric and the line that it should become.</summary>
internal sealed record Custom(string Name, Node Value, string Expected);

/// <summary>A value of a report: exactly one member is set, or none for null.</summary>
internal sealed record Node(NodeMember[]? Members, Node[]? Items, string? Text, double? Number, long? Whole)
{
    public static Node Of(params NodeMember[] members) => new(members, null, null, null, null);

    public static Node List(params Node[] items) => new(null, items, null, null, null);

    public static Node Of(string text) => new(null, null, text, null, null);

    public static Node Of(double number) => new(null, null, null, number, null);

    public static Node Of(long whole) => new(null, null, null, null, whole);

    public static Node Of(int whole) => Of((long)whole);
}

/// <summary>A member of an object; a null value is left out or written as null (R09).</summary>
internal sealed record NodeMember(string Name, string? ShortName, Node? Value);
