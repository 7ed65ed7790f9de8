using Defender.Agent.Core.Reports;

namespace Defender.Agent.Linux.Metrics;

/// <summary>Names of custom metrics, checked by what will write them.</summary>
internal static class MetricName
{
    public static CustomMetricError Check(string name) => new Report(maxPorts: 0, maxConnections: 0).CustomMetrics.AddNumber(name, 0, 0);
}
