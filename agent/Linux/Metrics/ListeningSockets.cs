using System;
using System.Buffers.Text;
using Defender.Agent.Linux.Collectors;

namespace Defender.Agent.Linux.Metrics;

/// <summary>The sockets that listen, by inode: what ties a port to the processes that hold it.</summary>
internal sealed class ListeningSockets
{
    /// <summary>Sockets that are followed; more are left out.</summary>
    public const int Max = 2048;

    // The states of /proc/net: a listener of TCP, and a UDP socket that is not connected (net/tcp_states.h).
    private const int TcpListen = 0x0A;
    private const int UdpUnconnected = 0x07;

    private readonly (byte[] Path, int State, bool IsTcp)[] _tables;
    private readonly KernelLines _lines = new();
    private readonly ListeningSocket[] _sockets = new ListeningSocket[Max];

    public ListeningSockets(string proc) => _tables =
    [
        (KernelFile.PathOf($"{proc}/self/net/tcp"), TcpListen, true),
        (KernelFile.PathOf($"{proc}/self/net/tcp6"), TcpListen, true),
        (KernelFile.PathOf($"{proc}/self/net/udp"), UdpUnconnected, false),
        (KernelFile.PathOf($"{proc}/self/net/udp6"), UdpUnconnected, false),
    ];

    public int Count { get; private set; }

    public ref ListeningSocket this[int index] => ref _sockets[index];

    /// <summary>Reads them anew. A table that is not there (a kernel without IPv6) has no rows.</summary>
    /// <returns>False when none of the tables can be read.</returns>
    public bool TryRefresh()
    {
        Count = 0;
        bool isRead = false;
        foreach ((byte[] path, int state, bool isTcp) in _tables)
        {
            if (!_lines.TryOpen(path))
                continue;

            isRead = true;
            while (_lines.TryRead(out ReadOnlySpan<byte> line))
            {
                if (Count < Max && TryParse(line, state, out ushort port, out long inode))
                    _sockets[Count++] = new ListeningSocket { Inode = inode, Port = port, IsTcp = isTcp };
            }
        }

        HeapSort.Sort(_sockets.AsSpan(0, Count), static (left, right) => left.Inode.CompareTo(right.Inode));
        return isRead;
    }

    /// <returns>The place of the socket, or -1.</returns>
    public int Find(long inode)
    {
        int low = 0;
        int high = Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            long found = _sockets[middle].Inode;
            if (found == inode)
                return middle;
            if (found < inode)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return -1;
    }

    // sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode ...
    private static bool TryParse(ReadOnlySpan<byte> line, int state, out ushort port, out long inode)
    {
        port = 0;
        inode = 0;
        ReadOnlySpan<byte> rest = line;
        for (int field = 0; field <= 9; field++)
        {
            rest = rest.TrimStart((byte)' ');
            int end = rest.IndexOf((byte)' ');
            ReadOnlySpan<byte> text = end < 0 ? rest : rest[..end];
            bool isValid = field switch
            {
                1 => Utf8Parser.TryParse(text[(text.IndexOf((byte)':') + 1)..], out port, out _, 'x') && port > 0,
                3 => Utf8Parser.TryParse(text, out byte found, out _, 'x') && found == state,
                9 => Utf8Parser.TryParse(text, out inode, out _) && inode > 0,
                _ => !text.IsEmpty,
            };
            if (!isValid)
                return false;
            rest = end < 0 ? default : rest[end..];
        }

        return true;
    }
}
