using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace Defender.Benchmarks.GatewayLoad;

/// <summary>The documents of the account's security profiles: each kind of behavior, none of which a sample device violates.</summary>
internal static class SampleProfiles
{
    public const int Count = 20;

    /// <summary>The counters of a device's report.</summary>
    public static readonly string[] Counters =
    [
        "aws:all-bytes-in", "aws:all-bytes-out", "aws:all-packets-in", "aws:all-packets-out",
        "aws:num-listening-tcp-ports", "aws:num-listening-udp-ports", "aws:num-established-tcp-connections",
    ];

    public const string Ports = "aws:listening-tcp-ports";

    public const string Addresses = "aws:destination-ip-addresses";

    /// <summary>What becomes of violations follows from these: three of five are static, the last is suppressed.</summary>
    private static readonly string[] Behaviors =
    [
        """{"name": "bytes-out", "metric": "aws:all-bytes-out", "criteria": {"comparisonOperator": "less-than", "value": {"count": 1000000000}, "durationSeconds": 300, "consecutiveDatapointsToAlarm": 1, "consecutiveDatapointsToClear": 1}}""",
        """{"name": "no-telnet", "metric": "aws:listening-tcp-ports", "criteria": {"comparisonOperator": "not-in-port-set", "value": {"ports": [23, 2323]}, "consecutiveDatapointsToAlarm": 1, "consecutiveDatapointsToClear": 1}}""",
        """{"name": "known-peers", "metric": "aws:destination-ip-addresses", "criteria": {"comparisonOperator": "not-in-cidr-set", "value": {"cidrs": ["192.0.2.0/24", "2001:db8::/32"]}, "consecutiveDatapointsToAlarm": 1, "consecutiveDatapointsToClear": 1}}""",
        """{"name": "usual-packets", "metric": "aws:all-packets-in", "criteria": {"comparisonOperator": "less-than-equals", "durationSeconds": 300, "statisticalThreshold": {"statistic": "p100"}, "consecutiveDatapointsToAlarm": 1, "consecutiveDatapointsToClear": 1}}""",
        """{"name": "usual-connections", "metric": "aws:num-established-tcp-connections", "criteria": {"consecutiveDatapointsToAlarm": 1, "consecutiveDatapointsToClear": 1, "mlDetectionConfig": {"confidenceLevel": "HIGH"}}, "suppressAlerts": true}""",
    ];

    public static string Name(int profile) => $"profile-{profile:D2}";

    /// <summary>A profile of all kinds of behaviors; the first one keeps the values of metrics besides.</summary>
    public static JsonElement Document(int profile) => Document(Behaviors, profile == 0 ? [.. Counters, Ports, Addresses] : []);

    /// <summary>A profile that only keeps values.</summary>
    public static JsonElement Keeping(IEnumerable<string> metrics) => Document([], metrics);

    private static JsonElement Document(IEnumerable<string> behaviors, IEnumerable<string> metrics)
    {
        string kept = string.Join(", ", metrics.Select(metric => $$"""{"metric": "{{metric}}"}"""));
        return JsonElement.Parse(
            $$"""{"securityProfileDescription": "Of the benchmark", "behaviors": [{{string.Join(",\n", behaviors)}}], "additionalMetricsToRetainV2": [{{kept}}]}""");
    }
}
