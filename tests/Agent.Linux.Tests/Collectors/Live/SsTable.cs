using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;

namespace Defender.Agent.Linux.Tests.Collectors.Live;

/// <summary>What <c>ss -Htuna</c> lists, as a second opinion on the rows of a report.</summary>
internal sealed class SsTable
{
    private readonly List<(string Protocol, string State, string LocalHost, string Device, int LocalPort, string RemoteHost, int RemotePort)> _rows;

    private SsTable(IEnumerable<string> lines) => _rows = [.. lines.Select(Parse)];

    /// <summary>Connections that the peer has closed.</summary>
    public int CloseWait => _rows.Count(row => row.State == "CLOSE-WAIT");

    /// <summary>The sockets of this thread's namespace.</summary>
    public static SsTable Read() => new(NetworkNamespace.Execute("ss", "-Htuna").Split('\n', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Distinct listening ports with their interface: <c>80</c>, <c>22 eth0</c>.</summary>
    /// <param name="protocol"><c>tcp</c> or <c>udp</c>.</param>
    /// <param name="interfaceOf">The interface of an address, "" for none.</param>
    public string[] Listeners(string protocol, Func<IPAddress, string> interfaceOf) =>
    [
        .. _rows.Where(row => row.Protocol == protocol && (row.State is "LISTEN" or "UNCONN"))
            .Select(row => $"{row.LocalPort} {Interface(row.LocalHost, row.Device, interfaceOf)}".TrimEnd())
            .Distinct(),
    ];

    /// <summary>Established TCP connections: <c>192.0.2.1:443 50000 eth0</c>.</summary>
    public string[] Connections(Func<IPAddress, string> interfaceOf) =>
    [
        .. _rows.Where(row => row is { Protocol: "tcp", State: "ESTAB" })
            .Select(row => $"{Endpoint(row.RemoteHost, row.RemotePort)} {row.LocalPort} {Interface(row.LocalHost, row.Device, interfaceOf)}".TrimEnd()),
    ];

    private static string Interface(string host, string device, Func<IPAddress, string> interfaceOf) =>
        device.Length > 0 ? device : host == "*" ? "" : interfaceOf(Unmapped(host));

    private static string Endpoint(string host, int port) => new IPEndPoint(Unmapped(host), port).ToString();

    private static IPAddress Unmapped(string host) => IPAddress.Parse(host) is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : IPAddress.Parse(host);

    // tcp ESTAB 0 0 [fe80::1]%eth0:22 [fe80::2]:40000
    private static (string, string, string, string, int, string, int) Parse(string line)
    {
        string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        (string localHost, string device, int localPort) = ParseEndpoint(fields[4]);
        (string remoteHost, _, int remotePort) = ParseEndpoint(fields[5]);
        return (fields[0], fields[1], localHost, device, localPort, remoteHost, remotePort);
    }

    private static (string Host, string Device, int Port) ParseEndpoint(string text)
    {
        int colon = text.LastIndexOf(':');
        string port = text[(colon + 1)..];
        string[] parts = text[..colon].Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Split('%');
        return (parts[0], parts.Length > 1 ? parts[1] : "", port == "*" ? 0 : int.Parse(port, CultureInfo.InvariantCulture));
    }
}
