using System;
using System.Collections.Generic;

namespace Defender.Evaluator.Addresses;

/// <summary>
/// A set of networks that answers "is this address in any of them" by binary search: overlapping and adjacent networks
/// are merged into disjoint ranges, IPv4 and IPv6 apart, since an IPv6 network never holds IPv4 addresses. Immutable.
/// A lookup among 100,000 networks takes 17 steps and allocates nothing.
/// </summary>
public sealed class CidrSet
{
    private readonly uint[] _firstV4, _lastV4;
    private readonly UInt128[] _firstV6, _lastV6;

    /// <summary>The union of the networks, in any order, nested and repeated ones allowed.</summary>
    public CidrSet(IEnumerable<CidrBlock> networks)
    {
        List<(UInt128 First, UInt128 Last)> v4 = [], v6 = [];
        foreach (CidrBlock network in networks)
            (network.IsIPv4 ? v4 : v6).Add((network.First.Bits, network.Last.Bits));

        Merge(v4);
        Merge(v6);
        _firstV4 = [.. v4.ConvertAll(range => (uint)range.First)];
        _lastV4 = [.. v4.ConvertAll(range => (uint)range.Last)];
        _firstV6 = [.. v6.ConvertAll(range => range.First)];
        _lastV6 = [.. v6.ConvertAll(range => range.Last)];
    }

    /// <summary>Ranges left after merging, of both families.</summary>
    public int RangeCount => _firstV4.Length + _firstV6.Length;

    /// <summary>Whether any of the networks holds the address.</summary>
    public bool Contains(IpAddress address) => address.IsIPv4
        ? Contains(_firstV4, _lastV4, address.IPv4Bits)
        : Contains(_firstV6, _lastV6, address.Bits);

    private static bool Contains<T>(T[] first, T[] last, T value)
        where T : IComparable<T>
    {
        // The last range that starts at or below the value is the only one that can hold it.
        int low = 0, high = first.Length;
        while (low < high)
        {
            int middle = (int)((uint)(low + high) >> 1);
            if (first[middle].CompareTo(value) <= 0)
                low = middle + 1;
            else
                high = middle;
        }

        return low > 0 && last[low - 1].CompareTo(value) >= 0;
    }

    private static void Merge(List<(UInt128 First, UInt128 Last)> ranges)
    {
        ranges.Sort();
        int kept = 0;
        for (int i = 0; i < ranges.Count; i++)
        {
            (UInt128 first, UInt128 last) = ranges[i];
            if (kept > 0 && Touches(ranges[kept - 1].Last, first))
                ranges[kept - 1] = (ranges[kept - 1].First, UInt128.Max(ranges[kept - 1].Last, last));
            else
                ranges[kept++] = (first, last);
        }

        ranges.RemoveRange(kept, ranges.Count - kept);
    }

    // MaxValue first: its successor would wrap to zero.
    private static bool Touches(UInt128 last, UInt128 first) => last == UInt128.MaxValue || first <= last + 1;
}
