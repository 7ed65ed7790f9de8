using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using Defender.Evaluator.Metrics;

namespace Defender.Evaluator.Scenarios.Reading;

/// <summary>What metrics are called in scenarios: by their name, by AWS's name without <c>aws:</c>, or by a short word.</summary>
internal static class MetricWords
{
    /// <summary>A word for each of AWS's metrics.</summary>
    public static readonly IReadOnlyDictionary<string, Metric> Short = new Dictionary<string, Metric>(StringComparer.Ordinal)
    {
        ["messages-sent"] = BuiltInMetrics.NumMessagesSent,
        ["messages-received"] = BuiltInMetrics.NumMessagesReceived,
        ["message-size"] = BuiltInMetrics.MessageByteSize,
        ["authorization-failures"] = BuiltInMetrics.NumAuthorizationFailures,
        ["source-addresses"] = BuiltInMetrics.SourceIpAddress,
        ["connection-attempts"] = BuiltInMetrics.NumConnectionAttempts,
        ["disconnects"] = BuiltInMetrics.NumDisconnects,
        ["disconnect-seconds"] = BuiltInMetrics.DisconnectDuration,
        ["bytes-in"] = BuiltInMetrics.AllBytesIn,
        ["bytes-out"] = BuiltInMetrics.AllBytesOut,
        ["packets-in"] = BuiltInMetrics.AllPacketsIn,
        ["packets-out"] = BuiltInMetrics.AllPacketsOut,
        ["tcp-port-count"] = BuiltInMetrics.NumListeningTcpPorts,
        ["udp-port-count"] = BuiltInMetrics.NumListeningUdpPorts,
        ["connections"] = BuiltInMetrics.NumEstablishedTcpConnections,
        ["destinations"] = BuiltInMetrics.DestinationIpAddresses,
        ["tcp-ports"] = BuiltInMetrics.ListeningTcpPorts,
        ["udp-ports"] = BuiltInMetrics.ListeningUdpPorts,
    };

    /// <summary>Looks a metric up. A custom metric hides a short word that is spelled the same.</summary>
    public static bool TryFind(MetricCatalog metrics, string word, [NotNullWhen(true)] out Metric? metric) =>
        metrics.TryGet(word, out metric) || Short.TryGetValue(word, out metric) || metrics.TryGet("aws:" + word, out metric);

    /// <summary>All words for the metrics of some sides, for hints.</summary>
    public static IEnumerable<string> Of(MetricCatalog metrics, Func<Metric, bool> wanted) =>
        metrics.All.Where(wanted).Select(metric => metric.Name)
            .Concat(Short.Where(word => wanted(word.Value)).Select(word => word.Key));
}
