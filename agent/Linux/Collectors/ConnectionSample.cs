using System;
using Defender.Agent.Core.Reports;

namespace Defender.Agent.Linux.Collectors;

/// <summary>The interface of a socket, or "".</summary>
internal delegate string InterfaceOfRow(in SocketRow row);

/// <summary>
/// Picks the connections a report lists when there are more than it may: first one of each remote address, because the
/// addresses are what aws:destination-ip-addresses is judged by, then others. What is picked, and in which order, depends on the
/// rows alone and not on the order in which they come; room is bounded by the capacity.
/// </summary>
/// <param name="capacity">Connections listed at most.</param>
internal sealed class ConnectionSample(int capacity)
{
    private static readonly Comparison<SocketRow> Order = static (a, b) =>
        a.Remote.Bits != b.Remote.Bits ? a.Remote.Bits.CompareTo(b.Remote.Bits)
        : a.RemotePort != b.RemotePort ? a.RemotePort.CompareTo(b.RemotePort)
        : a.LocalPort != b.LocalPort ? a.LocalPort.CompareTo(b.LocalPort)
        : a.Local.Bits.CompareTo(b.Local.Bits);

    // Twice the capacity: each time it is full, half of it or more is thrown out again, so that sorting costs little for a row.
    private readonly SocketRow[] _rows = new SocketRow[Math.Max(1, 2 * capacity)];
    private readonly SocketRow[] _others = new SocketRow[capacity];
    private readonly byte[] _address = new byte[IpText.AddressBytes];
    private int _count;

    public void Clear() => _count = 0;

    public void Add(in SocketRow row)
    {
        if (_count == _rows.Length)
            Pick();
        _rows[_count++] = row;
    }

    /// <summary>Fills the block.</summary>
    /// <param name="list">The block.</param>
    /// <param name="total">Connections there are; those listed at least.</param>
    /// <param name="interfaceOf">The interface of a row.</param>
    public void Fill(ConnectionList list, int total, InterfaceOfRow interfaceOf)
    {
        Pick();
        list.Begin();
        for (int i = 0; i < _count; i++)
        {
            ref readonly SocketRow row = ref _rows[i];
            row.Remote.Write(_address);
            list.Add(_address, 0, _address.Length, row.RemotePort, row.LocalPort, interfaceOf(in row));
        }

        list.CountUnlisted(Math.Max(0, total - list.Total));
    }

    // Brings the first row of each address to the front, the others behind them, each in order, and cuts at the capacity.
    private void Pick()
    {
        _rows.AsSpan(0, _count).Sort(Order);
        int firsts = 0;
        int others = 0;
        for (int i = 0; i < _count; i++)
        {
            if (firsts == 0 || _rows[i].Remote != _rows[firsts - 1].Remote)
                _rows[firsts++] = _rows[i];
            else if (others < capacity)
                _others[others++] = _rows[i];
        }

        int kept = Math.Min(firsts, capacity);
        int filled = Math.Min(others, capacity - kept);
        _others.AsSpan(0, filled).CopyTo(_rows.AsSpan(kept));
        _count = kept + filled;
    }
}
