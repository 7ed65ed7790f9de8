using Defender.Evaluator.Metrics;

namespace Defender.Evaluator.Behaviors;

/// <summary>How the datapoints of a metric become the values that a behavior judges.</summary>
internal enum Accumulation
{
    /// <summary>Each datapoint is a value: gauges and sets.</summary>
    None,

    /// <summary>The count of one report or period is a value: sums whose duration is 300 s, or that follow a model.</summary>
    Period,

    /// <summary>With each report, the sum of the reports of the trailing duration: device-side deltas.</summary>
    Trailing,

    /// <summary>At each multiple of the duration, the sum of the periods since the one before: cloud-side counts.</summary>
    Tumbling,
}

internal static class Accumulations
{
    /// <summary>AWS: cloud-side periods and the least distance of two reports.</summary>
    public const int PeriodSeconds = 300;

    /// <param name="metric">The behavior's metric.</param>
    /// <param name="durationSeconds">The behavior's duration, null where none is given.</param>
    public static Accumulation Of(Metric metric, int? durationSeconds)
    {
        if (metric.Duration != DurationUse.Required)
            return Accumulation.None;
        if (durationSeconds is null or <= PeriodSeconds)
            return Accumulation.Period;
        return metric.Side == MetricSide.Cloud ? Accumulation.Tumbling : Accumulation.Trailing;
    }
}
