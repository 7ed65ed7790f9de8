using System;
using System.Collections.Generic;
using Defender.Agent.Core.Reports;

namespace Defender.Agent.Linux.Collectors;

/// <summary>
/// Picks the connections a report lists when there are more than it may: first one of each remote address, because the
/// addresses are what aws:destination-ip-addresses is judged by, then others. Room is bounded by the capacity, the total is true.
/// </summary>
/// <param name="capacity">Connections listed at most.</param>
internal sealed class ConnectionSample(int capacity)
{
    private readonly HashSet<IpValue> _addresses = [];
    private readonly List<SocketRow> _firstOfAddress = [];
    private readonly List<SocketRow> _others = [];
    private readonly byte[] _address = new byte[IpText.AddressBytes];

    public void Clear()
    {
        _addresses.Clear();
        _firstOfAddress.Clear();
        _others.Clear();
    }

    public void Add(in SocketRow row)
    {
        if (_firstOfAddress.Count < capacity && _addresses.Add(row.Remote))
            _firstOfAddress.Add(row);
        else if (_others.Count < capacity)
            _others.Add(row);
    }

    /// <summary>Fills the block.</summary>
    /// <param name="list">The block.</param>
    /// <param name="total">Connections there are; those listed at least.</param>
    /// <param name="interfaceOf">The interface of a local address.</param>
    public void Fill(ConnectionList list, int total, Func<IpValue, string> interfaceOf)
    {
        list.Begin();
        foreach (SocketRow row in _firstOfAddress)
            Add(list, row, interfaceOf);
        foreach (SocketRow row in _others)
            Add(list, row, interfaceOf);
        list.CountUnlisted(Math.Max(0, total - list.Total));
    }

    private void Add(ConnectionList list, in SocketRow row, Func<IpValue, string> interfaceOf)
    {
        row.Remote.Write(_address);
        list.Add(_address, 0, _address.Length, row.RemotePort, row.LocalPort, interfaceOf(row.Local));
    }
}
