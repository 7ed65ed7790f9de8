using System;
using System.IO;

namespace Defender.Agent.Linux.Collectors;

/// <summary>The socket tables as text below /proc/self/net: slower than netlink, and there on every kernel and under qemu.</summary>
/// <param name="directory">/proc/self/net; not /proc/net, which is absent where /proc is mounted with subset=pid.</param>
internal sealed class ProcSocketSource(string directory) : ISocketSource
{
    private readonly LineReader _lines = new();

    public int Visit(SocketProtocol protocol, SocketRowVisitor visit)
    {
        string ipv4 = Path.Combine(directory, protocol == SocketProtocol.Tcp ? "tcp" : "udp");
        string ipv6 = ipv4 + "6";
        int odd = VisitFile(ipv4, visit);

        // Absent where the kernel was built or started without IPv6.
        return File.Exists(ipv6) ? odd + VisitFile(ipv6, visit) : odd;
    }

    private int VisitFile(string path, SocketRowVisitor visit)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        _lines.Start(file);
        int odd = 0;
        bool isHeader = true;
        while (_lines.TryRead(out ReadOnlySpan<byte> line))
        {
            if (isHeader)
                isHeader = false;
            else if (ProcSocketLine.TryParse(line, out SocketRow row))
                visit(in row);
            else
                odd++;
        }

        return odd;
    }
}
