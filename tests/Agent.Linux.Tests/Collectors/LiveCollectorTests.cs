using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Defender.Agent.Core.Reports;
using Defender.Agent.Linux.Collectors;
using Xunit;

namespace Defender.Agent.Linux.Tests.Collectors;

/// <summary>Opens sockets of every kind and finds exactly them in a report of this machine.</summary>
public sealed class LiveCollectorTests : IDisposable
{
    private readonly List<Socket> _sockets = [];
    private readonly LogLines _log = new(TimeProvider.System);

    public void Dispose()
    {
        _sockets.ForEach(socket => socket.Dispose());
        _log.Dispose();
    }

    [Fact]
    public void Every_kind_of_socket_is_reported_as_what_it_is()
    {
        Socket wildcard = Listen(IPAddress.Any);
        Socket loopback = Listen(IPAddress.Loopback);
        Socket second = Listen(IPAddress.Parse("127.0.0.2"));
        Socket ipv6 = Listen(IPAddress.IPv6Loopback);
        Socket dual = Listen(IPAddress.IPv6Any, dualMode: true);
        Socket twin = Listen(IPAddress.Loopback, reusePort: true);
        Listen(IPAddress.Loopback, Port(twin), reusePort: true);
        Socket udp = Udp(IPAddress.Any);
        Socket udpIpv6 = Udp(IPAddress.IPv6Loopback);
        Socket udpConnected = Udp(IPAddress.Loopback);
        udpConnected.Connect(IPAddress.Loopback, Port(udp));
        Socket ipv4Client = Connect(loopback, IPAddress.Loopback);
        Socket mappedClient = Connect(dual, IPAddress.Loopback); // the server's side is ::ffff:127.0.0.1
        Socket ipv6Client = Connect(ipv6, IPAddress.IPv6Loopback);

        Report report = Collect();

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

    [Fact]
    public void Addresses_of_this_machine_lead_to_their_interface()
    {
        SystemAddressTable table = new();
        table.Refresh();

        // Without the machine's own table to compare with, lo is the one every machine has.
        Assert.Equal("lo", table.InterfaceOf(IpValue.From(IPAddress.Loopback)));
        foreach (NetworkInterface networkInterface in NetworkInterface.GetAllNetworkInterfaces())
        {
            foreach (IPAddress address in networkInterface.GetIPProperties().UnicastAddresses.Select(item => item.Address))
                Assert.Contains(table.InterfaceOf(IpValue.From(address)), new[] { networkInterface.Name, "" });
        }
    }

    // Other programs may listen too; of the ports named here exactly these rows must be there.
    private static void AssertExactly(PortList ports, params string[] expected)
    {
        HashSet<string> ours = expected.Select(row => row.Split(' ')[0]).ToHashSet();
        string[] found = ReportText.Rows(ports).Where(row => ours.Contains(row.Split(' ')[0])).ToArray();
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    private Report Collect()
    {
        ReportCollector collector = ReportCollector.ForThisMachine(
            new CollectorOptions { Caps = new ReportCaps(5000, 5000) }, TimeProvider.System, _log.Log);
        collector.Collect(1);
        Assert.Empty(_log.Of(400));
        Assert.Empty(_log.Of(401));
        return collector.Report;
    }

    private Socket Listen(IPAddress address, int port = 0, bool reusePort = false, bool dualMode = false)
    {
        const int SolSocket = 1;
        const int SoReusePort = 15;
        Socket socket = Open(address, SocketType.Stream, ProtocolType.Tcp);
        if (dualMode)
            socket.DualMode = true;
        if (reusePort)
            socket.SetRawSocketOption(SolSocket, SoReusePort, BitConverter.GetBytes(1));
        socket.Bind(new IPEndPoint(address, port));
        socket.Listen();
        return socket;
    }

    private Socket Udp(IPAddress address)
    {
        Socket socket = Open(address, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    }

    private Socket Connect(Socket listener, IPAddress address)
    {
        Socket client = Open(address, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(address, Port(listener));
        _sockets.Add(listener.Accept());
        return client;
    }

    private Socket Open(IPAddress address, SocketType type, ProtocolType protocol)
    {
        Socket socket = new(address.AddressFamily, type, protocol);
        _sockets.Add(socket);
        return socket;
    }

    private static int Port(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;
}
