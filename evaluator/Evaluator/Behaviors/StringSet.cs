using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text;

namespace Defender.Evaluator.Behaviors;

/// <summary>A set of strings kept as sorted UTF-8, so that the members of a report are looked up as they came. Immutable.</summary>
internal sealed class StringSet
{
    private readonly byte[][] _sorted;

    public StringSet(ImmutableArray<string> strings)
    {
        _sorted = [.. strings.Select(Encoding.UTF8.GetBytes)];
        Array.Sort(_sorted, static (left, right) => left.AsSpan().SequenceCompareTo(right));
    }

    public bool Contains(ReadOnlySpan<byte> utf8)
    {
        int low = 0, high = _sorted.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >> 1;
            int order = utf8.SequenceCompareTo(_sorted[middle]);
            if (order == 0)
                return true;
            if (order < 0)
                high = middle - 1;
            else
                low = middle + 1;
        }

        return false;
    }
}
