using System;
using System.Net;

namespace Defender.Agent.Linux.Delivery.Network;

/// <summary>One address of a name, with the port.</summary>
internal sealed class ResolvedAddress(int family, byte[] socket)
{
    /// <summary>AF_INET or AF_INET6.</summary>
    public int Family { get; } = family;

    /// <summary>struct sockaddr_in or sockaddr_in6, for connect.</summary>
    public byte[] Socket { get; } = socket;

    /// <summary>The address alone. sin_addr stands behind the port; sin6_addr behind the flow information.</summary>
    public string Address => new IPAddress(Family == Kernel.Inet6 ? Socket.AsSpan(8, 16) : Socket.AsSpan(4, 4)).ToString();

    /// <summary>Address and port, for people.</summary>
    public override string ToString()
    {
        int port = (Socket[2] << 8) | Socket[3];
        return Family == Kernel.Inet6 ? $"[{Address}]:{port}" : $"{Address}:{port}";
    }
}
