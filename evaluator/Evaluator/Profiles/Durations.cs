using System.Collections.Immutable;

namespace Defender.Evaluator.Profiles;

/// <summary>The lengths of time a behavior may sum or rank over.</summary>
public static class Durations
{
    /// <summary>AWS: 300, 600, 900, 1800 or 3600 seconds (BehaviorCriteria.durationSeconds).</summary>
    public static ImmutableArray<int> Seconds { get; } = [300, 600, 900, 1800, 3600];
}
