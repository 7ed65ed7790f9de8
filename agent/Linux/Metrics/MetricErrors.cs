using Defender.Agent.Core.Reports;

namespace Defender.Agent.Linux.Metrics;

/// <summary>Turns the refusal of a report into the reason of a source.</summary>
internal static class MetricErrors
{
    /// <returns>Null for none.</returns>
    public static string? Explain(CustomMetricError error) =>
        error == CustomMetricError.None ? null : CustomMetricErrors.Explain(error);
}
