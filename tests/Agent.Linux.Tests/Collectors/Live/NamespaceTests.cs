using System;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using Defender.Agent.Core.Reports;
using Defender.Agent.Linux.Collectors;
using Xunit;
using static Defender.Agent.Linux.Tests.Collectors.Live.NetworkNamespace;

namespace Defender.Agent.Linux.Tests.Collectors.Live;

/// <summary>The truth about a namespace that the test has made, by netlink and by /proc, with ss as a second opinion.</summary>
public sealed class NamespaceTests : IDisposable
{
    private readonly LogLines _log = new(TimeProvider.System);

    public void Dispose() => _log.Dispose();

    [NamespaceFact]
    public void Both_paths_report_what_ss_lists() => Run(() =>
    {
        using MixedSockets sockets = new();
        sockets.Open();
        SsTable ss = SsTable.Read();
        foreach (KernelPath path in new[] { KernelPath.Netlink, KernelPath.Proc })
        {
            Report report = Collect(path);

            AssertSame(ss.Listeners("tcp", MixedSockets.InterfaceOf), ReportText.Rows(report.TcpPorts));
            AssertSame(ss.Listeners("udp", MixedSockets.InterfaceOf), ReportText.Rows(report.UdpPorts));
            AssertSame(ss.Connections(MixedSockets.InterfaceOf), ReportText.Rows(report.Connections));
            Assert.Equal(16, report.Connections.Total);
            Assert.Equal(9, report.TcpPorts.Total);
            Assert.Equal(5, report.UdpPorts.Total);
        }
    });

    [NamespaceFact]
    public void Both_paths_give_the_same_report_byte_for_byte() => Run(() =>
    {
        using MixedSockets sockets = new();
        sockets.Open();
        Report netlink = Collect(KernelPath.Netlink);
        Report proc = Collect(KernelPath.Proc);
        foreach (ReportFormat format in new[] { ReportFormat.Json, ReportFormat.Cbor })
        {
            foreach (ReportNames names in new[] { ReportNames.Long, ReportNames.Short })
                Assert.Equal(Write(netlink, format, names), Write(proc, format, names));
        }
    });

    [NamespaceFact]
    public void Above_the_cap_the_total_is_exact_and_every_remote_address_comes_before_any_twice() => Run(() =>
    {
        using OpenSockets sockets = new();
        Socket server = sockets.Listen(IPAddress.Any);
        for (int i = 0; i < 200; i++)
            sockets.Connect(server, IPAddress.Loopback, IPAddress.Parse($"127.0.0.{1 + (i % 50)}"));
        for (int i = 0; i < 30; i++)
            sockets.Connect(server, IPAddress.Loopback).Client.Dispose(); // half-closed: CurrEstab counts the server's side
        WaitUntil(() => SsTable.Read().CloseWait == 30);
        int truth = SsTable.Read().Connections(_ => "").Length;

        // Of 400 rows half have remote address 127.0.0.1, the others one of 50.
        foreach (KernelPath path in new[] { KernelPath.Netlink, KernelPath.Proc })
        {
            foreach (int cap in new[] { 10, 100, 399, 400, 401 })
            {
                Report report = Collect(path, new ReportCaps(500, cap));
                string[] hosts = [.. ReportText.Rows(report.Connections).Select(row => row.Split(':')[0])];
                int distinct = hosts.Distinct().Count();

                Assert.Equal(400, truth);
                Assert.Equal((truth, Math.Min(cap, truth)), (report.Connections.Total, hosts.Length));
                Assert.Equal(distinct, hosts.TakeWhile((host, place) => !hosts.Take(place).Contains(host)).Count());
                if (path == KernelPath.Proc || cap >= truth)
                    Assert.Equal(Math.Min(cap, 50), distinct);
            }
        }
    });

    [NamespaceFact]
    public void Many_connections_to_few_addresses_hide_no_other_address() => Run(() =>
    {
        using OpenSockets sockets = new();
        Socket server = sockets.Listen(IPAddress.Any);
        Socket server6 = sockets.Listen(IPAddress.IPv6Any, dualMode: true);
        for (int i = 0; i < 60; i++)
        {
            sockets.Connect(server, IPAddress.Loopback);
            sockets.Connect(server6, IPAddress.IPv6Loopback);
            sockets.Connect(server6, IPAddress.Loopback, IPAddress.Parse("127.0.0.2")); // mapped at the server
        }

        for (int i = 0; i < 30; i++)
            sockets.Connect(server, IPAddress.Loopback, IPAddress.Parse($"127.0.1.{i + 1}"));
        foreach (KernelPath path in new[] { KernelPath.Netlink, KernelPath.Proc })
        {
            Report report = Collect(path, new ReportCaps(500, 100));

            // 127.0.0.1, ::1, 127.0.0.2 and thirty that have one connection each.
            string[] hosts = [.. ReportText.Rows(report.Connections).Select(row => row[..row.LastIndexOf(':')])];
            Assert.Equal((100, 33, 420), (hosts.Length, hosts.Distinct().Count(), report.Connections.Total));
        }
    });

    [NamespaceFact]
    public void Counters_are_those_of_what_was_sent() => Run(() =>
    {
        Execute("sysctl", "-qw net.ipv6.conf.default.disable_ipv6=1"); // It sends of itself.
        Make();
        foreach (KernelPath path in new[] { KernelPath.Netlink, KernelPath.Proc })
        {
            ReportCollector collector = Collector(new CollectorOptions { IncludeInterfaces = ["v0"], KernelPath = path });
            collector.TakeBase();
            Send(7);

            collector.Collect(1);

            // Ethernet, IP and UDP add 14, 20 and 8 bytes.
            NetworkStats stats = collector.Report.NetworkStats;
            Assert.Equal((7 * 142, 7, 0, 0), (stats.BytesOut, stats.PacketsOut, stats.BytesIn, stats.PacketsIn));
        }
    });

    [NamespaceFact]
    public void An_interface_removed_and_made_anew_is_never_negative_and_counts_from_zero() => Run(() =>
    {
        Execute("sysctl", "-qw net.ipv6.conf.default.disable_ipv6=1");
        foreach (KernelPath path in new[] { KernelPath.Netlink, KernelPath.Proc })
        {
            ReportCollector collector = Collector(new CollectorOptions { IncludeInterfaces = ["v0", "tap*"], KernelPath = path });
            Make();
            Send(50);
            collector.TakeBase();
            Execute("ip", "link del v0");
            collector.Collect(1);
            Assert.Equal(0, collector.Report.NetworkStats.BytesOut);

            Make();
            Send(3);
            collector.Collect(2);
            Assert.Equal(3 * 142, collector.Report.NetworkStats.BytesOut);
            Assert.Equal("info 402 Traffic is counted on: v0", _log.Of(402)[^1]);
            Execute("ip", "link del v0");
        }
    });

    [NamespaceFact]
    public void Both_paths_count_the_same_interfaces() => Run(() =>
    {
        Execute("ip", "tuntap add dev tap0 mode tap");
        Execute("ip", "link add br0 type bridge");
        Execute("ip", "link add v0 type veth peer name v1");
        Execute("ip", "link set v0 master br0");
        Execute("ip", "link add ifb0 type ifb");
        Execute("ip", "link add link tap0 name mac0 type macvlan");
        Execute("ip", "link add br1 type bridge");
        foreach (KernelPath path in new[] { KernelPath.Netlink, KernelPath.Proc })
        {
            Assert.Equal("tap0", Counted(path));
            Execute("ip", "link add vx0 type vxlan id 5 dstport 4789");
            Execute("ip", "link set vx0 master br1");
            Assert.Equal("tap0, br1", Counted(path));
            Execute("ip", "link del vx0");
        }
    });

    [NamespaceFact]
    public void A_new_address_is_known_to_the_next_report() => Run(() =>
    {
        using OpenSockets sockets = new();
        Execute("ip", "link add v0 type veth peer name v1");
        Execute("ip", "link set v0 up");
        foreach (KernelPath path in new[] { KernelPath.Netlink, KernelPath.Proc })
        {
            ReportCollector collector = Collector(new CollectorOptions { KernelPath = path });
            collector.Collect(1);
            Execute("ip", "addr add 10.9.0.1/24 dev v0");
            using (Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
            {
                socket.Bind(new IPEndPoint(IPAddress.Parse("10.9.0.1"), 80));
                socket.Listen();
                collector.Collect(2);
                Assert.Equal(["80 v0"], ReportText.Rows(collector.Report.TcpPorts));

                Execute("ip", "link set v0 down");
                Execute("ip", "link set v0 name wan0");
                Execute("ip", "link set wan0 up");
                collector.Collect(3);
                Assert.Equal(["80 wan0"], ReportText.Rows(collector.Report.TcpPorts));
            }

            Execute("ip", "addr del 10.9.0.1/24 dev wan0");
            Execute("ip", "link set wan0 down");
            Execute("ip", "link set wan0 name v0");
            Execute("ip", "link set v0 up");
        }
    });

    [NamespaceFact]
    public void A_link_local_address_of_two_interfaces_is_told_apart_by_netlink_and_left_open_by_proc() => Run(() =>
    {
        using OpenSockets sockets = new();
        MakePair();
        Execute("ip", "addr add fe80::99/64 dev v0 nodad");
        Execute("ip", "addr add fe80::99/64 dev v1 nodad");

        long scope = long.Parse(Execute("cat", "/sys/class/net/v1/ifindex"), System.Globalization.CultureInfo.InvariantCulture);
        Socket socket = sockets.Listen(new IPAddress(IPAddress.Parse("fe80::99").GetAddressBytes(), scope));
        sockets.Listen(IPAddress.Any, OpenSockets.Port(socket) ^ 1, device: "v0");

        Assert.Equal(
            [$"{OpenSockets.Port(socket)} v1", $"{OpenSockets.Port(socket) ^ 1} v0"],
            ReportText.Rows(Collect(KernelPath.Netlink).TcpPorts).OrderBy(row => row.EndsWith("v0", StringComparison.Ordinal)));
        Assert.Equal(
            [$"{OpenSockets.Port(socket)}", $"{OpenSockets.Port(socket) ^ 1}"],
            ReportText.Rows(Collect(KernelPath.Proc).TcpPorts).OrderBy(row => row != $"{OpenSockets.Port(socket)}"));
    });

    // With a neighbour that need not be asked for.
    private static void Make()
    {
        MakePair();
        Execute("ip", "addr add 10.9.0.1/24 dev v0");
        Execute("ip", "neigh add 10.9.0.9 lladdr 02:00:00:00:00:09 dev v0");
    }

    private static void Send(int packets)
    {
        using Socket udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        for (int i = 0; i < packets; i++)
            udp.SendTo(new byte[100], new IPEndPoint(IPAddress.Parse("10.9.0.9"), 9));
    }

    private static void AssertSame(string[] expected, string[] actual) =>
        Assert.Equal(expected.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));

    private static byte[] Write(Report report, ReportFormat format, ReportNames names)
    {
        byte[] buffer = new byte[Report.MaxBytes];
        Assert.True(new ReportWriter(format, names).TryWrite(report, buffer, 0, buffer.Length, out int length));
        return buffer[..length];
    }

    private static string Counted(KernelPath path)
    {
        KernelSources sources = KernelSources.Choose(new CollectorOptions { KernelPath = path }, Net);
        sources.Table.Refresh();
        return sources.Table.CountedNames;
    }

    private Report Collect(KernelPath path, ReportCaps? caps = null)
    {
        ReportCollector collector = Collector(new CollectorOptions { KernelPath = path, Caps = caps ?? ReportCaps.Default });
        collector.TakeBase();
        collector.Collect(1);
        Assert.Empty(_log.Of(400));
        Assert.Empty(_log.Of(401));
        return collector.Report;
    }

    private ReportCollector Collector(CollectorOptions options)
    {
        KernelSources sources = KernelSources.Choose(options, Net);
        string other = options.KernelPath == KernelPath.Proc ? "netlink" : "/proc";
        foreach (string from in new[] { sources.Tcp, sources.Udp, sources.Interfaces, sources.Counters })
            Assert.DoesNotContain(other, from, StringComparison.Ordinal);
        return new ReportCollector(sources.Sockets, sources.Table, sources.CounterSource, options, TimeProvider.System, _log.Log);
    }
}
