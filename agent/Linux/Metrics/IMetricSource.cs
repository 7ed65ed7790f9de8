namespace Defender.Agent.Linux.Metrics;

/// <summary>One custom metric of the report.</summary>
internal interface IMetricSource
{
    /// <summary>In the report.</summary>
    string Name { get; }

    /// <summary>Adds its metric; nothing where there is no value yet.</summary>
    /// <returns>Null, or why the metric is left out of this report.</returns>
    string? AddTo(Core.Reports.CustomMetrics metrics);
}
