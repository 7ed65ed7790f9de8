using Defender.Evaluator.Profiles;

namespace Defender.Evaluator.Metrics;

/// <summary>One value of one metric, its lists kept in the <see cref="DatapointBuffer"/> it belongs to.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Count">The value when the metric's kind is count.</param>
/// <param name="Number">The value when the kind is number.</param>
/// <param name="Start">First member in the buffer's list of that kind, when the kind is a set.</param>
/// <param name="Length">Members of the set.</param>
public readonly record struct Datapoint(Metric Metric, long Count, double Number, int Start, int Length)
{
    /// <summary>
    /// The topics it was counted over, on a cloud-side metric; null for all. Only behaviors with an equal dimension judge it.
    /// </summary>
    public MetricDimension? Dimension { get; init; }
}
