namespace Defender.Agent.Linux.Metrics;

/// <summary>Seconds since the system started, suspended time counted.</summary>
internal sealed class UptimeSource(string name) : IMetricSource
{
    public string Name { get; } = name;

    public string? AddTo(Core.Reports.CustomMetrics metrics)
    {
        long seconds = Libc.UptimeSeconds();
        return seconds < 0 ? "the clock cannot be read" : MetricErrors.Explain(metrics.AddNumber(Name, seconds, 0));
    }
}
