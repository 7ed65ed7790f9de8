using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using Defender.Agent.Core.Reports;
using Defender.Agent.Linux.Collectors;
using Xunit;
using static Defender.Agent.Linux.Tests.Collectors.Live.OpenSockets;

namespace Defender.Agent.Linux.Tests.Collectors.Live;

/// <summary>Opens sockets of every kind on this machine, rights or not, and finds exactly them in its report.</summary>
public sealed class LiveCollectorTests : IDisposable
{
    private readonly OpenSockets _sockets = new();
    private readonly LogLines _log = new(TimeProvider.System);

    public void Dispose()
    {
        _sockets.Dispose();
        _log.Dispose();
    }

    [Theory]
    [InlineData(nameof(KernelPath.Auto))]
    [InlineData(nameof(KernelPath.Proc))]
    public void Every_kind_of_socket_is_reported_as_what_it_is(string path)
    {
        Socket wildcard = _sockets.Listen(IPAddress.Any);
        Socket loopback = _sockets.Listen(IPAddress.Loopback);
        Socket second = _sockets.Listen(IPAddress.Parse("127.0.0.2"));
        Socket ipv6 = _sockets.Listen(IPAddress.IPv6Loopback);
        Socket dual = _sockets.Listen(IPAddress.IPv6Any, dualMode: true);
        Socket twin = _sockets.Listen(IPAddress.Loopback, reusePort: true);
        _sockets.Listen(IPAddress.Loopback, Port(twin), reusePort: true);
        Socket udp = _sockets.Udp(IPAddress.Any);
        Socket udpIpv6 = _sockets.Udp(IPAddress.IPv6Loopback);
        Socket udpConnected = _sockets.Udp(IPAddress.Loopback);
        udpConnected.Connect(IPAddress.Loopback, Port(udp));
        Socket ipv4Client = _sockets.Connect(loopback, IPAddress.Loopback).Client;
        Socket mappedClient = _sockets.Connect(dual, IPAddress.Loopback).Client; // the server's side is ::ffff:127.0.0.1
        Socket ipv6Client = _sockets.Connect(ipv6, IPAddress.IPv6Loopback).Client;

        Report report = Collect(Enum.Parse<KernelPath>(path));

        AssertExactly(
            report.TcpPorts,
            $"{Port(wildcard)}", $"{Port(loopback)} lo", $"{Port(second)} lo", $"{Port(ipv6)} lo", $"{Port(dual)}", $"{Port(twin)} lo");
        AssertExactly(report.UdpPorts, $"{Port(udp)}", $"{Port(udpIpv6)} lo");
        Assert.DoesNotContain(ReportText.Rows(report.UdpPorts), row => row.StartsWith($"{Port(udpConnected)} ", StringComparison.Ordinal));

        string[] connections = ReportText.Rows(report.Connections);
        foreach ((Socket client, Socket server, string host) in new[]
        {
            (ipv4Client, loopback, "127.0.0.1"), (mappedClient, dual, "127.0.0.1"), (ipv6Client, ipv6, "[::1]"),
        })
        {
            Assert.Single(connections, $"{host}:{Port(server)} {Port(client)} lo");
            Assert.Single(connections, $"{host}:{Port(client)} {Port(server)} lo");
        }
    }

    // Other programs may listen too; of the ports named here exactly these rows must be there.
    private static void AssertExactly(PortList ports, params string[] expected)
    {
        HashSet<string> ours = expected.Select(row => row.Split(' ')[0]).ToHashSet();
        string[] found = ReportText.Rows(ports).Where(row => ours.Contains(row.Split(' ')[0])).ToArray();
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    private Report Collect(KernelPath path)
    {
        CollectorOptions options = new() { Caps = new ReportCaps(5000, 5000), KernelPath = path };
        ReportCollector collector = ReportCollector.ForThisMachine(options, TimeProvider.System, _log.Log);
        collector.Collect(1);
        Assert.Empty(_log.Of(400));
        Assert.Empty(_log.Of(401));
        return collector.Report;
    }
}
