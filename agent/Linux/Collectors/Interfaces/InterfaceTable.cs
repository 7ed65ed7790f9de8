using System;
using System.Collections.Generic;
using System.Text;
using System.Runtime.InteropServices;

namespace Defender.Agent.Linux.Collectors.Interfaces;

/// <summary>
/// Interfaces, their addresses and which of them are counted. Filled anew it keeps the strings of the names that were there
/// before, and allocates nothing when nothing changed. Not safe for several threads.
/// </summary>
/// <param name="reader">Fills it.</param>
/// <param name="filter">Which interfaces are counted.</param>
internal sealed class InterfaceTable(IInterfaceReader reader, InterfaceFilter filter) : IAddressTable
{
    private const int Ambiguous = 0;

    private static readonly Comparison<Link> ByIndex = static (a, b) => a.Index.CompareTo(b.Index);

    private static readonly Comparison<(IpValue Address, int Index)> ByAddress =
        static (a, b) => a.Address.Bits != b.Address.Bits ? a.Address.Bits.CompareTo(b.Address.Bits) : a.Index.CompareTo(b.Index);

    private readonly CountingRules _rules = new(filter);
    private readonly List<bool> _counted = [];
    private readonly List<(IpValue Address, int Index)> _addresses = [];
    private readonly List<string> _namesCounted = [];
    private List<Link> _links = [];
    private List<Link> _before = [];

    /// <summary>The interfaces, in the order of their indexes; those of before while the table is being filled.</summary>
    public IReadOnlyList<Link> Links => _links;

    /// <summary>The interfaces counted, for the log: <c>eth0, wlan0</c>.</summary>
    public string CountedNames { get; private set; } = "none";

    public void Refresh()
    {
        try
        {
            reader.Read(this);
        }
        catch
        {
            Begin();
            _addresses.Clear();
            throw;
        }
    }

    public string InterfaceOf(IpValue address)
    {
        int low = 0;
        int high = _addresses.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            (IpValue found, int index) = _addresses[middle];
            if (found == address)
                return NameOf(index);
            if (found.Bits < address.Bits)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return "";
    }

    public string NameOf(int index) => CountingRules.Find(_links, index) is >= 0 and int place ? _links[place].Name : "";

    /// <summary>The index of the interface with a name; 0 when there is none.</summary>
    public int IndexOf(ReadOnlySpan<byte> name)
    {
        foreach (Link link in _links)
        {
            if (IsSame(link.Name, name))
                return link.Index;
        }

        return 0;
    }

    /// <summary>Whether an interface is counted; null when it is not in the table.</summary>
    public bool? IsCounted(int index) => CountingRules.Find(_links, index) is >= 0 and int place ? _counted[place] : null;

    /// <summary>The interface with this index and name as the table had it before it was begun anew.</summary>
    public Link? Before(int index, ReadOnlySpan<byte> name) =>
        CountingRules.Find(_before, index) is >= 0 and int place && IsSame(_before[place].Name, name) ? _before[place] : null;

    /// <summary>Empties the table.</summary>
    public void Begin()
    {
        if (_links.Count > 0)
            (_before, _links) = (_links, _before);
        _links.Clear();
        _counted.Clear();
        _addresses.Clear();
    }

    /// <param name="index">1 or more; others are passed over.</param>
    /// <param name="name">In UTF-8.</param>
    /// <param name="link">The rest; its index and name are replaced.</param>
    public void Add(int index, ReadOnlySpan<byte> name, Link link)
    {
        if (index > 0 && name.Length > 0)
            _links.Add(link with { Index = index, Name = Before(index, name)?.Name ?? Encoding.UTF8.GetString(name) });
    }

    /// <summary>Adds an address of an interface.</summary>
    public void Add(int index, IpValue address) => _addresses.Add((address, index));

    /// <summary>Ends the filling.</summary>
    public void End()
    {
        HeapSort.Sort(CollectionsMarshal.AsSpan(_links), ByIndex);
        HeapSort.Sort(CollectionsMarshal.AsSpan(_addresses), ByAddress);

        // The same link-local address may sit on several interfaces with one MAC: then the address alone names none of them.
        for (int i = 1; i < _addresses.Count; i++)
        {
            if (_addresses[i].Address == _addresses[i - 1].Address && _addresses[i].Index != _addresses[i - 1].Index)
                _addresses[i] = _addresses[i - 1] = (_addresses[i].Address, Ambiguous);
        }

        _rules.Decide(_links, _counted);
        NameCounted();
    }

    private void NameCounted()
    {
        int names = 0;
        bool isSame = true;
        for (int i = 0; i < _links.Count; i++)
        {
            if (!_counted[i])
                continue;
            isSame = isSame && names < _namesCounted.Count && ReferenceEquals(_namesCounted[names], _links[i].Name);
            names++;
        }

        if (isSame && names == _namesCounted.Count)
            return;

        _namesCounted.Clear();
        for (int i = 0; i < _links.Count; i++)
        {
            if (_counted[i])
                _namesCounted.Add(_links[i].Name);
        }

        CountedNames = names == 0 ? "none" : string.Join(", ", _namesCounted);
    }

    // Names are ASCII in all but a few cases; the others are made anew, which costs no more than a string.
    private static bool IsSame(string name, ReadOnlySpan<byte> utf8)
    {
        if (name.Length != utf8.Length)
            return false;
        for (int i = 0; i < utf8.Length; i++)
        {
            if (name[i] != utf8[i] || utf8[i] >= 0x80)
                return false;
        }

        return true;
    }
}
