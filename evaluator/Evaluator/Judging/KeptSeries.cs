using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;

namespace Defender.Evaluator.Judging;

/// <summary>The series that profiles evaluate or retain, indexed by metric. Immutable.</summary>
internal sealed class KeptSeries
{
    private readonly Part[] _builtIn = new Part[BuiltInMetrics.All.Length];

    // By name, as profiles may be older than the catalog that numbers the metrics of a report.
    private readonly FrozenDictionary<string, Part> _custom;

    public KeptSeries(ImmutableArray<SecurityProfile> profiles)
    {
        var all = ImmutableArray.CreateBuilder<MetricSeries>();
        Dictionary<string, Part> custom = [];
        foreach (IGrouping<string, MetricSeries> group in profiles.SelectMany(Of).GroupBy(series => series.Metric.Name))
        {
            int start = all.Count;
            all.AddRange(group.DistinctBy(series => series.Dimension));
            Metric metric = all[start].Metric;
            var part = new Part(metric, start, all.Count);
            if (metric.Side == MetricSide.Custom)
                custom.Add(metric.Name, part);
            else
                _builtIn[metric.Index] = part;
        }

        All = all.DrainToImmutable();
        _custom = custom.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Each once; those of one metric stand together.</summary>
    public ImmutableArray<MetricSeries> All { get; }

    /// <summary>Whether a series is among them. Allocates nothing.</summary>
    public bool Contains(Metric metric, MetricDimension? dimension)
    {
        Part part = metric.Side == MetricSide.Custom ? _custom.GetValueOrDefault(metric.Name) : _builtIn[metric.Index];

        // A custom metric may have been deleted and defined anew with another type.
        if (part.Metric?.Kind != metric.Kind)
            return false;
        for (int i = part.Start; i < part.End; i++)
        {
            if (All[i].Dimension == dimension)
                return true;
        }

        return false;
    }

    /// <summary>What each profile exports, of the profiles that export anything.</summary>
    public static ImmutableArray<MetricsExport> Exports(ImmutableArray<SecurityProfile> profiles)
    {
        var exports = ImmutableArray.CreateBuilder<MetricsExport>();
        foreach (SecurityProfile profile in profiles)
        {
            IEnumerable<MetricSeries> behaviors = profile.Behaviors
                .Where(behavior => behavior.ExportMetric)
                .Select(behavior => new MetricSeries(behavior.Metric, behavior.MetricDimension));
            IEnumerable<MetricSeries> retained = profile.AdditionalMetricsToRetain
                .Where(metric => metric.ExportMetric)
                .Select(metric => new MetricSeries(metric.Metric, metric.MetricDimension));
            ImmutableArray<MetricSeries> series = [.. behaviors.Concat(retained).DistinctBy(one => (one.Metric.Name, one.Dimension))];
            if (profile.MetricsExportConfig is { } config && !series.IsEmpty)
                exports.Add(new MetricsExport(profile.Name, config, series));
        }

        return exports.DrainToImmutable();
    }

    private static IEnumerable<MetricSeries> Of(SecurityProfile profile) => profile.Behaviors
        .Select(behavior => new MetricSeries(behavior.Metric, behavior.MetricDimension))
        .Concat(profile.AdditionalMetricsToRetain.Select(metric => new MetricSeries(metric.Metric, metric.MetricDimension)));

    private readonly record struct Part(Metric? Metric, int Start, int End);
}
