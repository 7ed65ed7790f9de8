using System.Net;
using System.Net.Sockets;

namespace Defender.Gateway.Hosting;

/// <summary>An address that <see cref="DeviceTransport"/> listens on.</summary>
internal sealed class DeviceEndPoint(IPAddress address, int port) : IPEndPoint(address, port)
{
    /// <summary>Whether this machine has an IPv6 loopback address.</summary>
    public static bool HasIPv6Loopback()
    {
        try
        {
            using var probe = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
