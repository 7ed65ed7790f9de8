using System;
using System.IO;

namespace Defender.Agent.Linux.Collectors;

/// <summary>The socket tables as text below /proc/self/net: slower than netlink, and there on every kernel and under qemu.</summary>
/// <param name="directory">/proc/self/net; not /proc/net, which is absent where /proc is mounted with subset=pid.</param>
internal sealed class ProcSocketSource(string directory) : ISocketSource
{
    private readonly LineReader _lines = new();

    public SocketWalk Visit(SocketProtocol protocol, SocketRowVisitor visit)
    {
        string ipv4 = Path.Combine(directory, protocol == SocketProtocol.Tcp ? "tcp" : "udp");
        string ipv6 = ipv4 + "6";
        SocketWalk first = VisitFile(ipv4, visit);
        if (!File.Exists(ipv6))
            return first; // The kernel was built or started without IPv6.

        SocketWalk second = VisitFile(ipv6, visit);
        return new SocketWalk(first.Established + second.Established, first.OddRows + second.OddRows);
    }

    private SocketWalk VisitFile(string path, SocketRowVisitor visit)
    {
        int established = 0;
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        _lines.Start(file);
        int odd = 0;
        bool isHeader = true;
        while (_lines.TryRead(out ReadOnlySpan<byte> line))
        {
            if (isHeader)
                isHeader = false;
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
