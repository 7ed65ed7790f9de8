namespace Defender.Evaluator.Metrics;

/// <summary>A metric that behaviors can be written on: one of AWS's 18, or a custom one of the account. Immutable.</summary>
public sealed class Metric
{
    internal Metric(int index, string name, MetricSide side, MetricValueKind kind, DurationUse duration)
    {
        Index = index;
        Name = name;
        Side = side;
        Kind = kind;
        Duration = duration;
    }

    /// <summary>Position in the <see cref="MetricCatalog"/>: built-in metrics first, dense from 0.</summary>
    public int Index { get; }

    /// <summary>AWS's name (<c>aws:…</c>), or 1 to 128 of <c>[a-zA-Z0-9:_-]</c> for a custom metric.</summary>
    public string Name { get; }

    /// <summary>Who measures it.</summary>
    public MetricSide Side { get; }

    /// <summary>The member of MetricValue it carries.</summary>
    public MetricValueKind Kind { get; }

    /// <summary>What a duration means on it.</summary>
    public DurationUse Duration { get; }

    /// <summary>Whether values are single numbers, compared by less-than and its kin.</summary>
    public bool IsScalar => Kind is MetricValueKind.Count or MetricValueKind.Number;

    /// <summary>Whether a statistical threshold may be set on it.</summary>
    public bool SupportsPercentile => IsScalar && Duration != DurationUse.NotAllowed;

    /// <summary>Whether ML Detect may be set on it: the same metrics as percentiles (metrics.json).</summary>
    public bool SupportsModel => SupportsPercentile;

    /// <summary>Whether a behavior may narrow it by a TOPIC_FILTER dimension.</summary>
    public bool SupportsDimension { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
