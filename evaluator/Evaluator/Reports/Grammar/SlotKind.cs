namespace Defender.Evaluator.Reports.Grammar;

/// <summary>What a place in a report is for: which step is taken with a value that stands there.</summary>
internal enum SlotKind : byte
{
    /// <summary>An unknown member, or a value that was refused: anything well-formed.</summary>
    Skipped,

    /// <summary>The payload: a list of one value, so to say.</summary>
    Document,

    /// <summary>An object that only holds others.</summary>
    Block,

    /// <summary><c>header</c>.</summary>
    Header,

    /// <summary><c>report_id</c>.</summary>
    ReportId,

    /// <summary><c>version</c>.</summary>
    Version,

    /// <summary>A member of <c>network_stats</c>.</summary>
    Counter,

    /// <summary><c>listening_tcp_ports</c> or <c>listening_udp_ports</c>.</summary>
    Listening,

    /// <summary><c>ports</c>.</summary>
    Ports,

    /// <summary><c>port</c>.</summary>
    Port,

    /// <summary><c>established_connections</c>.</summary>
    Established,

    /// <summary><c>connections</c>.</summary>
    Connections,

    /// <summary><c>remote_addr</c>.</summary>
    RemoteAddress,

    /// <summary>A value that is checked and not used: <c>local_port</c>, interface names.</summary>
    Checked,

    /// <summary><c>total</c>.</summary>
    Total,

    /// <summary><c>custom_metrics</c>: its names are the metrics'.</summary>
    CustomMetrics,

    /// <summary>The list of one object that a custom metric is.</summary>
    CustomMetric,

    /// <summary><c>number</c>.</summary>
    CustomNumber,

    /// <summary><c>number_list</c>.</summary>
    CustomNumbers,

    /// <summary>A number of <c>number_list</c>.</summary>
    CustomNumberItem,

    /// <summary><c>string_list</c>.</summary>
    CustomStrings,

    /// <summary>A string of <c>string_list</c>.</summary>
    CustomStringItem,

    /// <summary><c>ip_list</c>.</summary>
    CustomAddresses,

    /// <summary>An address of <c>ip_list</c>.</summary>
    CustomAddressItem,
}
