using System;
using Defender.Evaluator.Addresses;

namespace Defender.Gateway.CloudMetrics;

/// <summary>A few distinct addresses; those beyond <see cref="Capacity"/> are left out.</summary>
internal struct AddressSet
{
    /// <summary>Own: a device has one address or two; whoever has more than this in five minutes has long broken any rule.</summary>
    public const int Capacity = 64;

    private IpAddress _first;
    private IpAddress[]? _others;

    public int Count { get; private set; }

    /// <summary>Adds an address where it is new and there is room.</summary>
    public void Add(IpAddress address)
    {
        if (Contains(address) || Count == Capacity)
            return;
        if (Count == 0)
        {
            _first = address;
        }
        else
        {
            int place = Count - 1;
            _others ??= new IpAddress[3];
            if (place == _others.Length)
                Array.Resize(ref _others, Math.Min(Capacity - 1, _others.Length * 4));
            _others[place] = address;
        }

        Count++;
    }

    public void AddAll(in AddressSet other)
    {
        for (int i = 0; i < other.Count; i++)
            Add(other[i]);
    }

    public void CopyTo(Span<IpAddress> addresses)
    {
        for (int i = 0; i < Count; i++)
            addresses[i] = this[i];
    }

    public void Clear() => Count = 0;

    private readonly IpAddress this[int place] => place == 0 ? _first : _others![place - 1];

    private readonly bool Contains(IpAddress address)
    {
        for (int i = 0; i < Count; i++)
        {
            if (this[i] == address)
                return true;
        }

        return false;
    }
}
