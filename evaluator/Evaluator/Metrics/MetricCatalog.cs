using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Defender.Evaluator.Metrics;

/// <summary>The metrics an account knows: the built-in ones and its custom ones. An immutable snapshot.</summary>
public sealed class MetricCatalog
{
    /// <summary>Longest metric name, characters (the API's MetricName).</summary>
    public const int MaxNameLength = 128;

    private readonly Dictionary<string, Metric> _byName = new(StringComparer.Ordinal);

    /// <summary>The built-in metrics with the given custom ones, in the order given.</summary>
    /// <exception cref="ArgumentException">A name is defined twice, or a kind is none of a custom metric.</exception>
    public MetricCatalog(IEnumerable<CustomMetricDefinition> customMetrics)
    {
        ImmutableArray<Metric>.Builder all = BuiltInMetrics.All.ToBuilder();
        foreach (CustomMetricDefinition definition in customMetrics)
        {
            DurationUse duration = definition.Kind switch
            {
                MetricValueKind.Number => DurationUse.WithPercentile,
                MetricValueKind.Numbers or MetricValueKind.Strings or MetricValueKind.Cidrs => DurationUse.NotAllowed,
                _ => throw new ArgumentException($"custom metric {definition.MetricName} cannot be of kind {definition.Kind}", nameof(customMetrics)),
            };
            all.Add(new Metric(all.Count, definition.MetricName, MetricSide.Custom, definition.Kind, duration));
        }

        All = all.DrainToImmutable();
        foreach (Metric metric in All)
            _byName.Add(metric.Name, metric);
    }

    /// <summary>The catalog of an account without custom metrics.</summary>
    public static MetricCatalog BuiltIn { get; } = new([]);

    /// <summary>All metrics, by <see cref="Metric.Index"/>.</summary>
    public ImmutableArray<Metric> All { get; }

    /// <summary>Looks a metric up by its name.</summary>
    public bool TryGet(ReadOnlySpan<char> name, [NotNullWhen(true)] out Metric? metric) =>
        _byName.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out metric);

    /// <summary>Looks a metric up by its name in ASCII bytes, without allocation.</summary>
    public bool TryGet(ReadOnlySpan<byte> name, [NotNullWhen(true)] out Metric? metric)
    {
        metric = null;
        Span<char> chars = stackalloc char[MaxNameLength];
        if (name.Length > MaxNameLength)
            return false;
        for (int i = 0; i < name.Length; i++)
            chars[i] = (char)name[i];
        return TryGet(chars[..name.Length], out metric);
    }
}
