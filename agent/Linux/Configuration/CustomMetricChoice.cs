using System.Collections.Generic;
using Defender.Agent.Linux.Metrics;

namespace Defender.Agent.Linux.Configuration;

/// <summary>Which custom metrics go into reports.</summary>
/// <param name="BuiltIn">Names of ready-made ones, with where they were switched on.</param>
/// <param name="Own">The user's own, with where they stand.</param>
internal sealed record CustomMetricChoice(
    IReadOnlyList<(string Name, string Source)> BuiltIn, IReadOnlyList<(UserMetric Metric, string Source)> Own)
{
    public static CustomMetricChoice None { get; } = new([], []);
}
