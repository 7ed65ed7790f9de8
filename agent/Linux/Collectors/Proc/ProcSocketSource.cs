using System;
using System.IO;

namespace Defender.Agent.Linux.Collectors.Proc;

/// <summary>
/// The socket tables as text below /proc/self/net: slower than netlink, and there on every kernel and under qemu. They do not
/// tell which interface a socket is bound to.
/// </summary>
/// <param name="directory">/proc/self/net; not /proc/net, which is absent where /proc is mounted with subset=pid.</param>
internal sealed class ProcSocketSource(string directory) : ISocketSource
{
    private readonly ProcFile _tcp = new(Path.Combine(directory, "tcp"));
    private readonly ProcFile _tcp6 = new(Path.Combine(directory, "tcp6"));
    private readonly ProcFile _udp = new(Path.Combine(directory, "udp"));
    private readonly ProcFile _udp6 = new(Path.Combine(directory, "udp6"));
    private readonly LineReader _lines = new();

    public SocketWalk Visit(SocketProtocol protocol, SocketRowVisitor visit)
    {
        bool isTcp = protocol == SocketProtocol.Tcp;
        ProcFile ipv4 = isTcp ? _tcp : _udp;
        ipv4.Rewind();
        SocketWalk first = VisitRows(ipv4, visit);

        // Absent where the kernel was built or started without IPv6.
        ProcFile ipv6 = isTcp ? _tcp6 : _udp6;
        if (!ipv6.TryRewind())
            return first;
        SocketWalk second = VisitRows(ipv6, visit);
        return new SocketWalk(first.Established + second.Established, first.OddRows + second.OddRows);
    }

    private SocketWalk VisitRows(ProcFile file, SocketRowVisitor visit)
    {
        _lines.Start(file);
        int established = 0;
        int odd = 0;
        bool isHeader = true;
        while (_lines.TryRead(out ReadOnlySpan<byte> line))
        {
            if (isHeader)
            {
                isHeader = false;
            }
            else if (ProcSocketLine.TryParse(line, out SocketRow row))
            {
                established += row.IsEstablished ? 1 : 0;
                visit(in row);
            }
            else
            {
                odd++;
            }
        }

        return new SocketWalk(established, odd);
    }
}
