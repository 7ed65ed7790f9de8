using Defender.Evaluator.Metrics;

namespace Defender.Evaluator.Profiles;

/// <summary>What is normal for a behavior's metric: one of <see cref="StaticCriteria"/>, <see cref="StatisticalCriteria"/> and <see cref="ModelCriteria"/>.</summary>
public abstract record BehaviorCriteria
{
    /// <summary>AWS: default of consecutiveDatapointsToAlarm and consecutiveDatapointsToClear.</summary>
    public const int DefaultConsecutiveDatapoints = 1;

    private protected BehaviorCriteria()
    {
    }

    /// <summary>Violating datapoints in a row that start an alarm: 1 to 10, default 1.</summary>
    public int ConsecutiveDatapointsToAlarm { get; init; } = DefaultConsecutiveDatapoints;

    /// <summary>Conforming datapoints in a row that end an alarm: 1 to 10, default 1.</summary>
    public int ConsecutiveDatapointsToClear { get; init; } = DefaultConsecutiveDatapoints;
}

/// <summary>A fixed value to compare with.</summary>
/// <param name="Operator">One that fits the metric's kind.</param>
/// <param name="Value">Of the metric's kind.</param>
/// <param name="DurationSeconds">300, 600, 900, 1800 or 3600 where the metric is summed; null where it is not given.</param>
public sealed record StaticCriteria(ComparisonOperator Operator, MetricValue Value, int? DurationSeconds) : BehaviorCriteria;

/// <summary>A percentile of the fleet to compare with.</summary>
/// <param name="Operator">One of the four comparisons.</param>
/// <param name="Statistic">The percentile.</param>
/// <param name="DurationSeconds">300, 600, 900, 1800 or 3600.</param>
public sealed record StatisticalCriteria(ComparisonOperator Operator, Statistic Statistic, int DurationSeconds) : BehaviorCriteria;

/// <summary>A learned model to compare with.</summary>
/// <param name="ConfidenceLevel">How sure the model must be.</param>
public sealed record ModelCriteria(ConfidenceLevel ConfidenceLevel) : BehaviorCriteria;
