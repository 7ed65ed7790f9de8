using System;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;

namespace Defender.Gateway.Export;

/// <summary>A value of a thing that a profile exports.</summary>
/// <param name="MetricName">Its metric.</param>
/// <param name="Value">The value.</param>
/// <param name="Time">Of the report, or of the end of the period for what the gateway counts.</param>
internal readonly record struct ExportedDatapoint(string MetricName, MetricValue Value, DateTimeOffset Time)
{
    /// <summary>The topics it was counted over; null for all.</summary>
    public MetricDimension? Dimension { get; init; }
}
