using System.Collections.Generic;
using Defender.Agent.Linux.Metrics;

namespace Defender.Agent.Linux.Configuration;

/// <summary>Which custom metrics go into reports.</summary>
internal sealed class CustomMetricChoice(List<(string Name, string Source)> builtIn, List<(UserMetric Metric, string Source)> own)
{
    /// <summary>Names of ready-made ones, with where they were switched on.</summary>
    public List<(string Name, string Source)> BuiltIn { get; } = builtIn;

    /// <summary>The user's own, with where they stand.</summary>
    public List<(UserMetric Metric, string Source)> Own { get; } = own;

    public static CustomMetricChoice None { get; } = new([], []);
}
