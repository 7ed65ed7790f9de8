using Defender.Evaluator.Profiles;

namespace Defender.Evaluator.Metrics;

/// <summary>The values of one metric of a thing, over all topics or over those of a dimension: what ListMetricValues lists.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Dimension">What narrows a cloud-side metric; null for all topics.</param>
public readonly record struct MetricSeries(Metric Metric, MetricDimension? Dimension);
