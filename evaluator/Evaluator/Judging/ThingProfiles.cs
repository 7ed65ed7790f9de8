using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Defender.Evaluator.Behaviors;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;

namespace Defender.Evaluator.Judging;

/// <summary>
/// The behaviors that apply to a thing, compiled and indexed by metric. Immutable; one object serves all things that the
/// same profiles apply to.
/// </summary>
public sealed class ThingProfiles
{
    private readonly CompiledBehavior[] _behaviors;
    private readonly MetricBehaviors[] _builtIn = new MetricBehaviors[BuiltInMetrics.All.Length];

    // By name, as profiles may be older than the catalog that numbers the metrics of a report.
    private readonly FrozenDictionary<string, MetricBehaviors> _custom;
    private readonly KeptSeries _kept;

    internal ThingProfiles(ImmutableArray<SecurityProfile> profiles, IEnumerable<CompiledBehavior> behaviors)
    {
        Profiles = profiles;
        List<CompiledBehavior> sorted = [];
        Dictionary<string, MetricBehaviors> custom = [];
        foreach (IGrouping<string, CompiledBehavior> group in behaviors.GroupBy(behavior => behavior.Behavior.Metric.Name))
        {
            int start = sorted.Count;
            sorted.AddRange(group);
            Metric metric = sorted[start].Behavior.Metric;
            long longest = group.Max(behavior => behavior.Accumulation == Accumulation.Trailing ? behavior.Duration : 0);
            var found = new MetricBehaviors(metric, start, sorted.Count, longest);
            if (metric.Side == MetricSide.Custom)
                custom.Add(metric.Name, found);
            else
                _builtIn[metric.Index] = found;
        }

        _behaviors = [.. sorted];
        _custom = custom.ToFrozenDictionary(StringComparer.Ordinal);
        _kept = new KeptSeries(profiles);
        Exports = KeptSeries.Exports(profiles);
    }

    /// <summary>Of a thing that nothing is attached to, or that is gone.</summary>
    public static ThingProfiles None { get; } = new([], []);

    /// <summary>The profiles that apply, in the order they were compiled in.</summary>
    public ImmutableArray<SecurityProfile> Profiles { get; }

    /// <summary>
    /// The series whose values are kept to be listed: those that a behavior is on, and those of additionalMetricsToRetain.
    /// Each once; those of one metric stand together.
    /// </summary>
    public ImmutableArray<MetricSeries> Kept => _kept.All;

    /// <summary>What the profiles export, by profile, of those that have a metricsExportConfig and a series to export.</summary>
    public ImmutableArray<MetricsExport> Exports { get; }

    /// <summary>Whether a datapoint of a series is one of <see cref="Kept"/>. Allocates nothing.</summary>
    /// <param name="metric">The datapoint's metric; a custom one is found by its name and kind.</param>
    /// <param name="dimension">The datapoint's dimension; null for all topics.</param>
    public bool Keeps(Metric metric, MetricDimension? dimension) => _kept.Contains(metric, dimension);

    /// <summary>The behaviors of one metric stand together.</summary>
    internal ReadOnlySpan<CompiledBehavior> Behaviors => _behaviors;

    /// <summary>The behaviors on a metric.</summary>
    internal MetricBehaviors On(Metric metric)
    {
        if (metric.Side != MetricSide.Custom)
            return _builtIn[metric.Index];

        // A custom metric may have been deleted and defined anew with another type.
        return _custom.TryGetValue(metric.Name, out MetricBehaviors found) && found.Metric?.Kind == metric.Kind ? found : default;
    }
}

/// <summary>A metric's part of the behaviors of a <see cref="ThingProfiles"/>.</summary>
/// <param name="Metric">The metric; null where it has no behaviors.</param>
/// <param name="Start">Its first behavior.</param>
/// <param name="End">Behind its last.</param>
/// <param name="LongestTrailing">The longest duration that a trailing sum of it is asked over, milliseconds; 0 for none.</param>
internal readonly record struct MetricBehaviors(Metric? Metric, int Start, int End, long LongestTrailing);
