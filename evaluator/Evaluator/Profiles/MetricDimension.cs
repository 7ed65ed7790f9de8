namespace Defender.Evaluator.Profiles;

/// <summary>Narrows a cloud-side metric to the topics inside or outside a dimension.</summary>
/// <param name="DimensionName">A dimension of the account.</param>
/// <param name="Operator">Inside (the default) or outside.</param>
public sealed record MetricDimension(string DimensionName, DimensionValueOperator Operator);

/// <summary>AWS's DimensionValueOperator.</summary>
public enum DimensionValueOperator
{
    /// <summary><c>IN</c>.</summary>
    In,

    /// <summary><c>NOT_IN</c>.</summary>
    NotIn,
}
