namespace Defender.Evaluator.Profiles;

/// <summary>How a datapoint is compared; the comparison that holds is the normal case (BehaviorCriteria.comparisonOperator).</summary>
public enum ComparisonOperator
{
    /// <summary><c>less-than</c>.</summary>
    LessThan,

    /// <summary><c>less-than-equals</c>.</summary>
    LessThanEquals,

    /// <summary><c>greater-than</c>.</summary>
    GreaterThan,

    /// <summary><c>greater-than-equals</c>.</summary>
    GreaterThanEquals,

    /// <summary><c>in-cidr-set</c>: every address is in one of the networks.</summary>
    InCidrSet,

    /// <summary><c>not-in-cidr-set</c>: no address is in any of the networks.</summary>
    NotInCidrSet,

    /// <summary><c>in-port-set</c>: every port is in the set.</summary>
    InPortSet,

    /// <summary><c>not-in-port-set</c>: no port is in the set.</summary>
    NotInPortSet,

    /// <summary><c>in-set</c>: every number or string is in the set.</summary>
    InSet,

    /// <summary><c>not-in-set</c>: no number or string is in the set.</summary>
    NotInSet,
}
