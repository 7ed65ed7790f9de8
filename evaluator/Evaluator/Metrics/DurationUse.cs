namespace Defender.Evaluator.Metrics;

/// <summary>What <c>durationSeconds</c> means in a behavior on a metric (metrics.json, member durationSeconds).</summary>
public enum DurationUse
{
    /// <summary>Required: the metric is summed over the duration.</summary>
    Required,

    /// <summary>Required with a statistical threshold; allowed and without effect with a fixed value.</summary>
    WithPercentile,

    /// <summary>Not allowed: each datapoint is judged alone.</summary>
    NotAllowed,
}
