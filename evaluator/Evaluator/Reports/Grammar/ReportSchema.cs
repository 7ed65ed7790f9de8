using System;
using Defender.Evaluator.Metrics;
using static Defender.Evaluator.Metrics.BuiltInMetrics;
using static Defender.Evaluator.Reports.ReportRule;

namespace Defender.Evaluator.Reports.Grammar;

/// <summary>The report as a table: CONTRACT a.2 and a.3.</summary>
internal static class ReportSchema
{
    /// <summary>Most custom metrics of a report, and of an account (AWS: 100 definitions, adjustable).</summary>
    private const int MaxCustomMetrics = 100;

    private const int MaxCustomListItems = 1000; // R15

    /// <summary>Any value, its names only checked for duplicates (R06).</summary>
    public static readonly Slot Skipped = new(SlotKind.Skipped, default, None, "any value");

    private static readonly Slot InterfaceName = Text(SlotKind.Checked, R12, "a string");

    private static readonly Slot PortEntry = Object(SlotKind.Block, R12,
        new("port", "pt", Whole(SlotKind.Port, R12, 1, 65535, "a whole number from 1 to 65535")),
        new("interface", "if", InterfaceName));

    private static readonly Slot Total = Whole(SlotKind.Total, R13, 0, Int128.MaxValue, "a whole number, 0 or more");

    private static readonly Slot Connection = Object(SlotKind.Block, R14,
        new("remote_addr", "rad", Text(SlotKind.RemoteAddress, R14, "an IP address, a colon and a port"), IsRequired: true),
        new("local_port", "lp", Whole(SlotKind.Checked, R12, 0, 65535, "a whole number from 0 to 65535")),
        new("local_interface", "li", InterfaceName));

    private static readonly Slot EstablishedConnections = new(SlotKind.Established, Wire.TokenKind.Object, R14, "an object")
    {
        Members = [new("connections", "cs", List(SlotKind.Connections, R14, Connection)), new("total", "t", Total)],
        CountMetric = NumEstablishedTcpConnections,
        SetMetric = DestinationIpAddresses,
    };

    private static readonly Slot Metrics = Object(SlotKind.Block, R08,
        new("tcp_connections", "tc", Object(SlotKind.Block, R14, new Member("established_connections", "ec", EstablishedConnections))),
        new("listening_tcp_ports", "tp", Listening(NumListeningTcpPorts, ListeningTcpPorts)),
        new("listening_udp_ports", "up", Listening(NumListeningUdpPorts, ListeningUdpPorts)),
        new("network_stats", "ns", Object(SlotKind.Block, R11,
            new("bytes_in", "bi", Counter(AllBytesIn)),
            new("bytes_out", "bo", Counter(AllBytesOut)),
            new("packets_in", "pi", Counter(AllPacketsIn)),
            new("packets_out", "po", Counter(AllPacketsOut)))));

    private static readonly Slot CustomValue = new(SlotKind.Block, Wire.TokenKind.Object, R15, "an object")
    {
        Members =
        [
            new("number", null, Number(SlotKind.CustomNumber)),
            new("number_list", null, List(SlotKind.CustomNumbers, R15, Number(SlotKind.CustomNumberItem), MaxCustomListItems)),
            new("string_list", null, CustomTexts(SlotKind.CustomStrings, SlotKind.CustomStringItem)),
            new("ip_list", null, CustomTexts(SlotKind.CustomAddresses, SlotKind.CustomAddressItem)),
        ],
        AnyMemberRule = R15,
        IsChoice = true,
    };

    private static readonly Slot CustomMetrics = new(SlotKind.CustomMetrics, Wire.TokenKind.Object, R15, "an object")
    {
        Item = new(SlotKind.CustomMetric, Wire.TokenKind.List, R15, "a list of one object")
        {
            Item = CustomValue,
            MinItems = 1,
            MaxItems = 1,
        },
        MaxItems = MaxCustomMetrics,
    };

    private static readonly Slot Header = Object(SlotKind.Header, R07,
        new("report_id", "rid", Whole(SlotKind.ReportId, R07, 0, long.MaxValue, "a whole number from 0 to 2^63-1"), IsRequired: true),
        new("version", "v", Text(SlotKind.Version, R07, "a string of 1. and digits"), IsRequired: true));

    /// <summary>A whole report.</summary>
    public static readonly Slot Document = List(SlotKind.Document, R03, new Slot(SlotKind.Block, Wire.TokenKind.Object, R03, "an object")
    {
        Members =
        [
            new("header", "hed", Header, IsRequired: true),
            new("metrics", "met", Metrics),
            new("custom_metrics", "cmet", CustomMetrics),
        ],
        AnyMemberRule = R08,
    });

    /// <summary>A report of which only the header is read; what stands before it is skipped.</summary>
    public static readonly Slot HeaderDocument =
        List(SlotKind.Document, R03, Object(SlotKind.Block, R03, new Member("header", "hed", Header)));

    private static Slot Object(SlotKind kind, ReportRule rule, params Member[] members) =>
        new(kind, Wire.TokenKind.Object, rule, "an object") { Members = members };

    private static Slot List(SlotKind kind, ReportRule rule, Slot item, int maxItems = int.MaxValue) =>
        new(kind, Wire.TokenKind.List, rule, "a list") { Item = item, MaxItems = maxItems };

    private static Slot Whole(SlotKind kind, ReportRule rule, Int128 min, Int128 max, string allowed) =>
        new(kind, Wire.TokenKind.Number, rule, allowed) { Min = min, Max = max };

    private static Slot Text(SlotKind kind, ReportRule rule, string allowed) => new(kind, Wire.TokenKind.String, rule, allowed);

    private static Slot Number(SlotKind kind) => new(kind, Wire.TokenKind.Number, R15, "a number");

    private static Slot CustomTexts(SlotKind kind, SlotKind item) => List(kind, R15, Text(item, R15, "a string"), MaxCustomListItems);

    // R11: 2^64 itself too, since a wrapped counter of 64 bits prints so as a double.
    private static Slot Counter(Metric metric) =>
        new(SlotKind.Counter, Wire.TokenKind.Number, R11, "a whole number from 0 to 2^64") { Max = Int128.One << 64, CountMetric = metric };

    private static Slot Listening(Metric count, Metric set) => new(SlotKind.Listening, Wire.TokenKind.Object, R12, "an object")
    {
        Members = [new("ports", "pts", List(SlotKind.Ports, R12, PortEntry)), new("total", "t", Total)],
        CountMetric = count,
        SetMetric = set,
    };
}
