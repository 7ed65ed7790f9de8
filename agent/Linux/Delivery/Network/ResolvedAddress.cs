using System;
using System.Net;

namespace Defender.Agent.Linux.Delivery.Network;

/// <summary>One address of a name, with the port.</summary>
/// <param name="Family">AF_INET or AF_INET6.</param>
/// <param name="Socket">struct sockaddr_in or sockaddr_in6, for connect.</param>
internal sealed record ResolvedAddress(int Family, byte[] Socket)
{
    /// <summary>Address and port, for people.</summary>
    public override string ToString()
    {
        // sin_port, sin_addr; sin6_addr stands behind the flow information.
        int port = (Socket[2] << 8) | Socket[3];
        return Family == Kernel.Inet6
            ? $"[{new IPAddress(Socket.AsSpan(8, 16))}]:{port}"
            : $"{new IPAddress(Socket.AsSpan(4, 4))}:{port}";
    }
}
