using System.Collections.Immutable;
using Defender.Evaluator.Metrics;
using static Defender.Evaluator.Profiles.ComparisonOperator;

namespace Defender.Evaluator.Profiles;

/// <summary>Which comparison operators a metric takes (metrics.json, member operators).</summary>
public static class ComparisonOperators
{
    private static readonly ImmutableArray<ComparisonOperator> Comparisons = [LessThan, LessThanEquals, GreaterThan, GreaterThanEquals];
    private static readonly ImmutableArray<ComparisonOperator> UpperBounds = [LessThan, LessThanEquals];
    private static readonly ImmutableArray<ComparisonOperator> CidrSets = [InCidrSet, NotInCidrSet];
    private static readonly ImmutableArray<ComparisonOperator> PortSets = [InPortSet, NotInPortSet];
    private static readonly ImmutableArray<ComparisonOperator> Sets = [InSet, NotInSet];

    /// <summary>The operators of a metric: by its kind, and for aws:disconnect-duration the two upper bounds only.</summary>
    public static ImmutableArray<ComparisonOperator> Of(Metric metric) => metric.Kind switch
    {
        MetricValueKind.Cidrs => CidrSets,
        MetricValueKind.Ports => PortSets,
        MetricValueKind.Numbers or MetricValueKind.Strings => Sets,
        _ => metric == BuiltInMetrics.DisconnectDuration ? UpperBounds : Comparisons,
    };
}
