using System.Net;
using System.Net.Sockets;

namespace Defender.Interop.Tests;

/// <summary>Ports that were free a moment ago.</summary>
internal static class LoopbackPorts
{
    public static string TakeFree()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}
