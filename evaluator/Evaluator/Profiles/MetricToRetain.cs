using Defender.Evaluator.Metrics;

namespace Defender.Evaluator.Profiles;

/// <summary>A metric whose values are kept although no behavior uses it (additionalMetricsToRetainV2).</summary>
/// <param name="Metric">The metric.</param>
public sealed record MetricToRetain(Metric Metric)
{
    /// <summary>Narrows a cloud-side metric by topic; null for all topics.</summary>
    public MetricDimension? MetricDimension { get; init; }

    /// <summary>Whether the values go to the profile's export topic. Default false.</summary>
    public bool ExportMetric { get; init; }
}
