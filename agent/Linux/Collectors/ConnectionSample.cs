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
    // Twice the capacity: each time it is full, half of it or more is thrown out again, so that sorting costs little for a row.
    // Not cleared, which would touch all of it: most devices never have so many. So with every large buffer of the agent.
    private readonly SocketRow[] _rows = GC.AllocateUninitializedArray<SocketRow>(Math.Max(1, 2 * capacity));
    private readonly SocketRow[] _others = GC.AllocateUninitializedArray<SocketRow>(capacity);
    private readonly byte[] _address = new byte[IpText.AddressBytes];
    private int _count;
    private int _firsts;
    private bool _isFull;

    public void Clear()
    {
        _count = 0;
        _isFull = false;
    }

    public void Add(in SocketRow row)
    {
        if (_isFull && IsBeyond(in row))
            return;
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
        _rows.AsSpan(0, _count).Sort();
        int firsts = 0;
        int others = 0;
        SocketRow previous = default;
        for (int i = 0; i < _count; i++)
        {
            if (i > 0 && _rows[i] == previous)
                continue; // Some sources visit a row twice.
            previous = _rows[i];
            if (firsts == 0 || _rows[i].Remote != _rows[firsts - 1].Remote)
                _rows[firsts++] = _rows[i];
            else if (others < capacity)
                _others[others++] = _rows[i];
        }

        int kept = Math.Min(firsts, capacity);
        int filled = Math.Min(others, capacity - kept);
        _others.AsSpan(0, filled).CopyTo(_rows.AsSpan(kept));
        _count = kept + filled;
        _firsts = kept;
        _isFull = _count == capacity;
    }

    // Whether a row would not be picked, as seen from the last picking; each later one picks rows of an earlier place still. Most
    // rows of a long table are of that kind, and are not worth sorting.
    private bool IsBeyond(in SocketRow row)
    {
        int low = 0;
        int high = _firsts - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            ref readonly SocketRow first = ref _rows[middle];
            if (first.Remote == row.Remote)
                return first.CompareTo(row) <= 0 && (_firsts == capacity || _rows[capacity - 1].CompareTo(row) <= 0);
            if (first.Remote.Bits < row.Remote.Bits)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return _firsts == capacity && low == _firsts;
    }
}
