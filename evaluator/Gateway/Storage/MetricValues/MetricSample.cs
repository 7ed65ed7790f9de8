using Defender.Evaluator.Metrics;

namespace Defender.Gateway.Storage.MetricValues;

/// <summary>One stored value of one series.</summary>
/// <param name="Time">Unix milliseconds.</param>
/// <param name="Value">The value. Sets of ports and addresses are in ascending order, IPv4 before IPv6.</param>
internal readonly record struct MetricSample(long Time, MetricValue Value);
