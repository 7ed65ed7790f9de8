using System;
using System.Buffers.Binary;
using System.IO;
using System.Linq;
using System.Net;
using Defender.Agent.Core.Reports;
using Defender.Agent.Linux.Collectors;
using Defender.Agent.Linux.Collectors.Netlink;
using Xunit;
using static Defender.Agent.Linux.Tests.Collectors.Netlink.ScriptedKernel;

namespace Defender.Agent.Linux.Tests.Collectors.Netlink;

/// <summary>What is asked of the kernel and what is made of its rows, above all where connections are too many to list.</summary>
public sealed class NetlinkSocketSourceTests : IDisposable
{
    private const int AnyFamily = 18;
    private const int ByFamily = 20;
    private const int Established = 1;
    private const int CloseWait = 8;
    private const int Listen = 10;

    private readonly ScriptedKernel _kernel = new();
    private readonly Counter _counter = new();
    private readonly NetlinkDump _dump;
    private readonly Report _report = new(100, 100);

    public NetlinkSocketSourceTests() => _dump = new NetlinkDump(_kernel.Open);

    public void Dispose() => _dump.Dispose();

    [Fact]
    public void One_request_lists_listeners_and_connections_of_both_families()
    {
        _kernel.Answer(sequence => Table(
            AnyFamily,
            sequence,
            Row("0.0.0.0:22", "0.0.0.0:0", Listen),
            Row("[::]:22", "[::]:0", Listen),
            Row("127.0.0.2:53", "0.0.0.0:0", Listen),
            Row("192.0.2.2:22", "198.51.100.7:40000", Established),
            Row("[::ffff:192.0.2.2]:80", "[::ffff:198.51.100.8]:40001", Established),
            Row("[2001:db8::2]:443", "[2001:db8::9]:40002", Established)));

        Collect(100);

        Assert.Equal(["22", "53 lo"], ReportText.Rows(_report.TcpPorts));
        Assert.Equal(
            ["198.51.100.7:40000 22 eth0", "198.51.100.8:40001 80 eth0", "[2001:db8::9]:40002 443 eth0"], ReportText.Rows(_report.Connections));
        Assert.Equal(3, _report.Connections.Total);
        Assert.Equal((1u << Listen) | (1u << Established), BitConverter.ToUInt32(Assert.Single(_kernel.Requests), 52));
    }

    [Fact]
    public void The_interface_that_a_socket_is_bound_to_goes_before_that_of_its_address()
    {
        _kernel.Answer(sequence => Table(
            AnyFamily,
            sequence,
            Row("[fe80::fc:ff:fe00:1]:22", "[::]:0", Listen, boundTo: 7),
            Row("0.0.0.0:23", "0.0.0.0:0", Listen, boundTo: 7),
            Row("[fe80::fc:ff:fe00:1]:24", "[::]:0", Listen, boundTo: 99))); // gone since

        Collect(100);

        Assert.Equal(["22 wlan7", "23 wlan7", "24 wlan0"], ReportText.Rows(_report.TcpPorts));
    }

    [Fact]
    public void Beyond_the_bound_the_rest_is_only_counted()
    {
        _kernel.Answer(sequence => Table(AnyFamily, sequence, [Row("0.0.0.0:22", "0.0.0.0:0", Listen), .. Connections(50)]));
        _kernel.Answer(sequence => Table(
            AnyFamily,
            sequence,
            Row("0.0.0.0:22", "0.0.0.0:0", Listen), // listed again: still one listener
            Row("192.0.2.2:22", "198.51.100.7:1", CloseWait),
            Row("192.0.2.2:22", "198.51.100.7:2", CloseWait)));
        _kernel.Answer(sequence => Table(AnyFamily, sequence, Row("192.0.2.2:22", "203.0.113.1:9", Established)));
        _counter.Value = 20_002;

        Collect(10);

        Assert.StartsWith("203.0.113.1:9 ", ReportText.Rows(_report.Connections)[1], StringComparison.Ordinal);
        Assert.Equal(
            "1800010008101400" + "02200000FFFFFFFFC6336407" + "01040800", // refuse 198.51.100.7, list what is left
            Convert.ToHexString(_kernel.Requests[2].AsSpan(60)));

        Assert.Equal((10, 20_000), (_report.Connections.Count, _report.Connections.Total));
        Assert.Equal(["22"], ReportText.Rows(_report.TcpPorts));
        Assert.Equal((1u << Listen) | (1u << CloseWait), BitConverter.ToUInt32(_kernel.Requests[1], 52));
    }

    [Fact]
    public void Among_too_many_connections_none_are_looked_for()
    {
        _kernel.Answer(sequence => Table(AnyFamily, sequence, Connections(50)));
        _kernel.Answer(sequence => Table(AnyFamily, sequence));
        _counter.Value = 50_001;

        Collect(10);

        Assert.Equal((2, 50_001), (_kernel.Requests.Count, _report.Connections.Total));
    }

    [Theory]
    [InlineData(null)] // cannot be read
    [InlineData(0)] // stands still
    public void Without_a_counter_that_can_be_true_the_rows_are_counted(int? counter)
    {
        _kernel.Answer(sequence => Table(AnyFamily, sequence, Connections(50)));
        _kernel.Answer(sequence => Table(AnyFamily, sequence, Row("0.0.0.0:22", "0.0.0.0:0", Listen)));
        _kernel.Answer(sequence => Table(AnyFamily, sequence, [Row("0.0.0.0:22", "0.0.0.0:0", Listen), .. Connections(50)]));
        _kernel.Answer(sequence => [Message(2, sequence, BitConverter.GetBytes(-22))]); // takes no programs
        _counter.Value = counter;

        Collect(10);

        Assert.Equal((10, 50), (_report.Connections.Count, _report.Connections.Total));
        Assert.Equal(10, ReportText.Rows(_report.Connections).Distinct().Count());
        Assert.Equal(["22"], ReportText.Rows(_report.TcpPorts));
    }

    [Fact]
    public void A_kernel_without_the_old_request_is_asked_for_each_family()
    {
        _kernel.Answer(sequence => [Message(2, sequence, BitConverter.GetBytes(-22))]);
        _kernel.Answer(sequence => Table(ByFamily, sequence));
        _kernel.Answer(sequence => Table(ByFamily, sequence));
        _kernel.Answer(sequence => Table(ByFamily, sequence, Row("0.0.0.0:22", "0.0.0.0:0", Listen)));
        _kernel.Answer(sequence => Table(ByFamily, sequence, Row("[2001:db8::2]:443", "[2001:db8::9]:40002", Established)));
        NetlinkSocketSource source = Source(100);
        source.Probe(SocketProtocol.Tcp);

        new SocketCollector(source, new FakeAddresses(), 100).CollectTcp(_report);

        Assert.Equal(["22"], ReportText.Rows(_report.TcpPorts));
        Assert.Equal(1, _report.Connections.Total);
        Assert.Equal([AnyFamily, ByFamily, ByFamily, ByFamily, ByFamily], _kernel.Types);
        Assert.Equal([2, 10], _kernel.Requests.Skip(3).Select(request => (int)request[0]));
    }

    [Fact]
    public void A_kernel_without_the_tables_fails_the_probe()
    {
        _kernel.Answer(sequence => [Done(sequence, -2)]);
        _kernel.Answer(sequence => [Done(sequence, -2)]);
        Assert.Throws<SystemCallException>(() => Source(1).Probe(SocketProtocol.Tcp));

        _kernel.Answer(sequence => [Done(sequence, -2)]);
        Assert.Throws<SystemCallException>(() => Source(1).Probe(SocketProtocol.Udp));
    }

    [Fact]
    public void Udp_listeners_are_the_sockets_without_a_peer()
    {
        _kernel.Answer(sequence => Table(
            ByFamily, sequence, Row("0.0.0.0:5353", "0.0.0.0:0", 7), Row("0.0.0.0:5353", "0.0.0.0:0", 7), Row("192.0.2.2:68", "8.8.8.8:53", 7)));
        _kernel.Answer(sequence => Table(ByFamily, sequence, Row("[::1]:8192", "[::]:0", 7)));

        new SocketCollector(Source(1), new FakeAddresses(), 1).CollectUdp(_report);

        Assert.Equal(["5353", "8192 lo"], ReportText.Rows(_report.UdpPorts));
        Assert.All(_kernel.Requests, request => Assert.Equal((17, 1u << 7), (request[1], BitConverter.ToUInt32(request, 4))));
    }

    [Theory]
    [InlineData(71)]
    [InlineData(0)]
    public void Rows_cut_short_fail_the_block(int length)
    {
        _kernel.Answer(sequence => Table(AnyFamily, sequence, Row("0.0.0.0:22", "0.0.0.0:0", Listen)[..length]));

        Assert.ThrowsAny<IOException>(() => Collect(1));
        Assert.False(_report.TcpPorts.IsReported);
    }

    [Fact]
    public void Rows_of_another_family_fail_the_block()
    {
        byte[] row = Row("0.0.0.0:22", "0.0.0.0:0", Listen);
        row[0] = 1;
        _kernel.Answer(sequence => Table(AnyFamily, sequence, row));

        Assert.ThrowsAny<IOException>(() => Collect(1));
    }

    private static object[] Table(int type, uint sequence, params byte[][] rows) =>
        [.. rows.Select(row => Message(type, sequence, row)), Done(sequence)];

    private static byte[][] Connections(int count) =>
        [.. Enumerable.Range(1, count).Select(i => Row("192.0.2.2:22", $"198.51.100.7:{i}", Established))];

    private static byte[] Row(string local, string remote, int state, int boundTo = 0)
    {
        byte[] row = new byte[72];
        IPEndPoint from = IPEndPoint.Parse(local);
        IPEndPoint to = IPEndPoint.Parse(remote);
        row[0] = (byte)(from.Address.GetAddressBytes().Length == 4 ? 2 : 10);
        row[1] = (byte)state;
        BinaryPrimitives.WriteUInt16BigEndian(row.AsSpan(4), (ushort)from.Port);
        BinaryPrimitives.WriteUInt16BigEndian(row.AsSpan(6), (ushort)to.Port);
        from.Address.TryWriteBytes(row.AsSpan(8), out _);
        to.Address.TryWriteBytes(row.AsSpan(24), out _);
        BitConverter.TryWriteBytes(row.AsSpan(40), boundTo);
        return row;
    }

    private void Collect(int maxRows) =>
        Assert.Equal(0, new SocketCollector(Source(maxRows), new FakeAddresses(), maxRows).CollectTcp(_report));

    private NetlinkSocketSource Source(int maxRows) => new(_dump, _counter, maxRows);

    private sealed class Counter : IConnectionCounter
    {
        public int? Value { get; set; }

        public int? TryRead() => Value;
    }
}
