using System;
using Defender.Evaluator.Profiles;

namespace Defender.Evaluator.Behaviors;

/// <summary>What a single number is compared with. The comparison that holds is the normal case.</summary>
internal readonly struct Bound
{
    private readonly ComparisonOperator _operator;
    private readonly long _count;
    private readonly double _number;

    /// <summary>A bound on whole numbers, compared without rounding.</summary>
    public Bound(ComparisonOperator comparison, long count)
    {
        _operator = comparison;
        _count = count;
    }

    /// <summary>A bound on numbers.</summary>
    public Bound(ComparisonOperator comparison, double number)
    {
        _operator = comparison;
        _number = number;
    }

    /// <summary>Whether larger values are worse: a sum that only grows and broke it once cannot mend.</summary>
    public static bool IsUpper(ComparisonOperator comparison) =>
        comparison is ComparisonOperator.LessThan or ComparisonOperator.LessThanEquals;

    public bool Holds(long count) => Holds(count.CompareTo(_count));

    public bool Holds(double number) => Holds(number.CompareTo(_number));

    private bool Holds(int order) => _operator switch
    {
        ComparisonOperator.LessThan => order < 0,
        ComparisonOperator.LessThanEquals => order <= 0,
        ComparisonOperator.GreaterThan => order > 0,
        ComparisonOperator.GreaterThanEquals => order >= 0,
        _ => throw new InvalidOperationException($"{_operator} does not compare single values"),
    };
}
