using System.Collections.Generic;
using Defender.Agent.Core.Reports;
using System.Runtime.InteropServices;

namespace Defender.Agent.Linux.Collectors;

/// <summary>
/// The distinct pairs of port and interface. Sockets that share one (SO_REUSEPORT workers, an IPv4 and an IPv6 wildcard socket)
/// are one listening port.
/// </summary>
internal sealed class ListeningPorts
{
    private readonly HashSet<(int Port, string Interface)> _distinct = [];
    private readonly List<(int Port, string Interface)> _sorted = [];

    public void Clear() => _distinct.Clear();

    public void Add(int port, string interfaceName) => _distinct.Add((port, interfaceName));

    /// <summary>Fills the block, lowest ports first, so that two reports of one state are equal.</summary>
    public void Fill(PortList list)
    {
        _sorted.Clear();
        _sorted.AddRange(_distinct);
        HeapSort.Sort(CollectionsMarshal.AsSpan(_sorted), static (a, b) => a.Port != b.Port ? a.Port.CompareTo(b.Port) : string.CompareOrdinal(a.Interface, b.Interface));

        list.Begin();
        foreach ((int port, string interfaceName) in _sorted)
            list.Add(port, interfaceName);
    }
}
