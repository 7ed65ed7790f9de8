using Defender.Evaluator.Metrics;

namespace Defender.Evaluator.Profiles;

/// <summary>One rule of a security profile: what is normal for one metric.</summary>
/// <param name="Name">1 to 128 of <c>[a-zA-Z0-9:_-]</c>, unique in its profile.</param>
/// <param name="Metric">The metric it judges.</param>
/// <param name="Criteria">What is normal.</param>
public sealed record Behavior(string Name, Metric Metric, BehaviorCriteria Criteria)
{
    /// <summary>Narrows a cloud-side metric by topic; null for all topics.</summary>
    public MetricDimension? MetricDimension { get; init; }

    /// <summary>Whether violations stay out of the alert targets; they are judged and listed all the same. Default false.</summary>
    public bool SuppressAlerts { get; init; }

    /// <summary>Whether the metric's values go to the profile's export topic. Default false.</summary>
    public bool ExportMetric { get; init; }
}
