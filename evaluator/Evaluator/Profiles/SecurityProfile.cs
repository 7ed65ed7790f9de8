using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Defender.Evaluator.Profiles;

/// <summary>A security profile: what CreateSecurityProfile takes, checked and typed. Immutable.</summary>
/// <param name="Name">1 to 128 of <c>[a-zA-Z0-9:_-]</c>.</param>
public sealed record SecurityProfile(string Name)
{
    /// <summary>At most 1000 visible characters; null when not given.</summary>
    public string? Description { get; init; }

    /// <summary>At most 100, names unique.</summary>
    public ImmutableArray<Behavior> Behaviors { get; init; } = [];

    /// <summary>Where violations are sent: AWS has the one type SNS; null when not given.</summary>
    public AlertTarget? SnsAlertTarget { get; init; }

    /// <summary>Metrics whose values are kept although no behavior uses them.</summary>
    public ImmutableArray<MetricToRetain> AdditionalMetricsToRetain { get; init; } = [];

    /// <summary>Where metric values are exported to; null when not given.</summary>
    public MetricsExportConfig? MetricsExportConfig { get; init; }

    /// <summary>At most 50 key-value pairs.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Tags { get; init; } = [];

    /// <summary>Whether both say the same, lists member by member: whether an update changes anything.</summary>
    public bool Equals(SecurityProfile? other) =>
        other is not null
        && Name == other.Name
        && Description == other.Description
        && Behaviors.SequenceEqual(other.Behaviors)
        && SnsAlertTarget == other.SnsAlertTarget
        && AdditionalMetricsToRetain.SequenceEqual(other.AdditionalMetricsToRetain)
        && MetricsExportConfig == other.MetricsExportConfig
        && Tags.SequenceEqual(other.Tags);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Description, Behaviors.Length);
}
