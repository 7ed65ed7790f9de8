using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;

namespace Defender.Gateway.CloudMetrics;

/// <summary>
/// The cloud-side series that the profiles of a thing judge or retain. Immutable; one object serves all things that the same
/// profiles apply to.
/// </summary>
internal sealed class CloudSeries
{
    private CloudSeries(ImmutableArray<MetricSeries> all, ImmutableArray<TopicDimension> dimensions)
    {
        Dimensions = dimensions;
        All = [.. all.Select(series => new CloudMetricSeries(series.Metric, series.Dimension, PlaceOf(series.Dimension)))];
        HasDisconnectDuration = all.Any(series => series.Metric == BuiltInMetrics.DisconnectDuration);
    }

    public static CloudSeries None { get; } = new([], []);

    /// <summary>Each once.</summary>
    public ImmutableArray<CloudMetricSeries> All { get; }

    /// <summary>The dimensions among them; AWS: an account has ten, each inside or outside.</summary>
    public ImmutableArray<TopicDimension> Dimensions { get; }

    /// <summary>Whether the time that the thing is away is among them.</summary>
    public bool HasDisconnectDuration { get; }

    /// <summary>Finds them.</summary>
    /// <param name="profiles">What applies to the thing.</param>
    /// <param name="definitions">The account's dimensions, of the same snapshot.</param>
    public static CloudSeries Of(ThingProfiles profiles, ProfileDefinitions definitions)
    {
        ImmutableArray<MetricSeries> all = [.. profiles.Kept.Where(series => series.Metric.Side == MetricSide.Cloud)];
        if (all.IsEmpty)
            return None;
        IEnumerable<TopicDimension> dimensions = all
            .Select(series => series.Dimension)
            .OfType<MetricDimension>()
            .Distinct()
            .Select(dimension => new TopicDimension(
                dimension, definitions.TryGetDimension(dimension.DimensionName, out Dimension? found) ? found.StringValues : []));
        return new CloudSeries(all, [.. dimensions]);
    }

    private int PlaceOf(MetricDimension? dimension)
    {
        int place = 0;
        while (dimension is not null && Dimensions[place].Dimension != dimension)
            place++;
        return dimension is null ? CloudMetricSeries.AllTopics : place;
    }
}

/// <summary>A series, and which of <see cref="CloudSeries.Dimensions"/> narrows it.</summary>
internal readonly record struct CloudMetricSeries(Metric Metric, MetricDimension? Dimension, int Place)
{
    public const int AllTopics = -1;
}
