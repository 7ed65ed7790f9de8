using System;
using System.Collections.Immutable;

namespace Defender.Evaluator.Behaviors;

/// <summary>A set of finite numbers; -0 equals 0. Immutable.</summary>
internal sealed class NumberSet
{
    private readonly double[] _sorted;

    public NumberSet(ImmutableArray<double> numbers)
    {
        _sorted = [.. numbers];
        Array.Sort(_sorted);
    }

    public bool Contains(double number) => Array.BinarySearch(_sorted, number) >= 0;
}
