using System.Collections.Immutable;
using static Defender.Evaluator.Metrics.DurationUse;
using static Defender.Evaluator.Metrics.MetricSide;
using static Defender.Evaluator.Metrics.MetricValueKind;

namespace Defender.Evaluator.Metrics;

/// <summary>The 18 metrics of AWS IoT Device Defender Detect (metrics.json).</summary>
public static class BuiltInMetrics
{
    /// <summary>Messages from the device in the period.</summary>
    public static readonly Metric NumMessagesSent = new(0, "aws:num-messages-sent", Cloud, Count, Required) { SupportsDimension = true };

    /// <summary>Messages to the device in the period.</summary>
    public static readonly Metric NumMessagesReceived = new(1, "aws:num-messages-received", Cloud, Count, Required) { SupportsDimension = true };

    /// <summary>Bytes of each message.</summary>
    public static readonly Metric MessageByteSize = new(2, "aws:message-byte-size", Cloud, Count, WithPercentile) { SupportsDimension = true };

    /// <summary>Denied operations in the period.</summary>
    public static readonly Metric NumAuthorizationFailures = new(3, "aws:num-authorization-failures", Cloud, Count, Required) { SupportsDimension = true };

    /// <summary>Addresses the device connected from.</summary>
    public static readonly Metric SourceIpAddress = new(4, "aws:source-ip-address", Cloud, Cidrs, NotAllowed) { SupportsDimension = true };

    /// <summary>CONNECTs in the period.</summary>
    public static readonly Metric NumConnectionAttempts = new(5, "aws:num-connection-attempts", Cloud, Count, Required);

    /// <summary>Disconnects in the period.</summary>
    public static readonly Metric NumDisconnects = new(6, "aws:num-disconnects", Cloud, Count, Required);

    /// <summary>How long the device has been away: minutes in a behavior, seconds in values.</summary>
    public static readonly Metric DisconnectDuration = new(7, "aws:disconnect-duration", Cloud, Count, NotAllowed);

    /// <summary>Bytes in since the report before.</summary>
    public static readonly Metric AllBytesIn = new(8, "aws:all-bytes-in", Device, Count, Required);

    /// <summary>Bytes out since the report before.</summary>
    public static readonly Metric AllBytesOut = new(9, "aws:all-bytes-out", Device, Count, Required);

    /// <summary>Packets in since the report before.</summary>
    public static readonly Metric AllPacketsIn = new(10, "aws:all-packets-in", Device, Count, Required);

    /// <summary>Packets out since the report before.</summary>
    public static readonly Metric AllPacketsOut = new(11, "aws:all-packets-out", Device, Count, Required);

    /// <summary>Listening TCP ports.</summary>
    public static readonly Metric NumListeningTcpPorts = new(12, "aws:num-listening-tcp-ports", Device, Count, WithPercentile);

    /// <summary>Listening UDP ports.</summary>
    public static readonly Metric NumListeningUdpPorts = new(13, "aws:num-listening-udp-ports", Device, Count, WithPercentile);

    /// <summary>Established TCP connections.</summary>
    public static readonly Metric NumEstablishedTcpConnections = new(14, "aws:num-established-tcp-connections", Device, Count, WithPercentile);

    /// <summary>Remote addresses of the established TCP connections.</summary>
    public static readonly Metric DestinationIpAddresses = new(15, "aws:destination-ip-addresses", Device, Cidrs, NotAllowed);

    /// <summary>The listening TCP ports.</summary>
    public static readonly Metric ListeningTcpPorts = new(16, "aws:listening-tcp-ports", Device, Ports, NotAllowed);

    /// <summary>The listening UDP ports.</summary>
    public static readonly Metric ListeningUdpPorts = new(17, "aws:listening-udp-ports", Device, Ports, NotAllowed);

    /// <summary>All of them, by <see cref="Metric.Index"/>.</summary>
    public static readonly ImmutableArray<Metric> All =
    [
        NumMessagesSent, NumMessagesReceived, MessageByteSize, NumAuthorizationFailures, SourceIpAddress, NumConnectionAttempts,
        NumDisconnects, DisconnectDuration, AllBytesIn, AllBytesOut, AllPacketsIn, AllPacketsOut, NumListeningTcpPorts,
        NumListeningUdpPorts, NumEstablishedTcpConnections, DestinationIpAddresses, ListeningTcpPorts, ListeningUdpPorts,
    ];
}
