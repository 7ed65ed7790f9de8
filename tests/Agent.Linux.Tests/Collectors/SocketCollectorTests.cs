using System;
using System.IO;
using System.Linq;
using Defender.Agent.Core.Reports;
using Defender.Agent.Linux.Collectors;
using Defender.Agent.Linux.Collectors.Proc;
using Xunit;

namespace Defender.Agent.Linux.Tests.Collectors;

/// <summary>Tables as a little-endian kernel prints them, and what has to come of them; most are what other agents get wrong.</summary>
public sealed class SocketCollectorTests : IDisposable
{
    private const string None = "00000000:0000";
    private const string None6 = "00000000000000000000000000000000:0000";

    private readonly ProcFiles _files = new();
    private readonly Report _report = new(100, 100);

    public SocketCollectorTests() => Assert.True(BitConverter.IsLittleEndian, "the fixtures are those of a little-endian machine");

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("00000000:0016 " + None + " 0A", "22")] // 0.0.0.0: sshd, and most daemons
    [InlineData("0100007F:1F90 " + None + " 0A", "8080 lo")]
    [InlineData("0200007F:1F90 " + None + " 0A", "8080 lo")] // 127.0.0.2
    [InlineData("020200C0:01BB " + None + " 0A", "443 eth0")]
    [InlineData("4D0200C0:01BB " + None + " 0A", "443 eth0")] // a secondary address
    [InlineData("630200C0:01BB " + None + " 0A", "443")] // bound to an address that no interface holds (any more)
    [InlineData("00000000:FFFF " + None + " 0A", "65535")]
    public void Ipv4_listeners_are_found_with_their_interface(string row, string expected)
    {
        _files.Sockets("tcp", row);

        Assert.Equal([expected], ReportText.Rows(CollectTcp().TcpPorts));
    }

    [Theory]
    [InlineData("00000000000000000000000000000000:0016 " + None6 + " 0A", "22")]
    [InlineData("00000000000000000000000001000000:0016 " + None6 + " 0A", "22 lo")]
    [InlineData("B80D0120000000000000000002000000:0016 " + None6 + " 0A", "22 eth0")]
    [InlineData("000080FE00000000FF00FC00010000FE:0016 " + None6 + " 0A", "22 wlan0")]
    [InlineData("0000000000000000FFFF0000020000C0:0016 " + None6 + " 0A", "22")] // mapped, not ours
    [InlineData("0000000000000000FFFF0000020200C0:0016 " + None6 + " 0A", "22 eth0")]
    [InlineData("0000000000000000FFFF00000300007F:0016 " + None6 + " 0A", "22 lo")]
    [InlineData("0000000000000000FFFF000000000000:0016 " + None6 + " 0A", "22")]
    public void Ipv6_and_mapped_listeners_are_found_with_their_interface(string row, string expected)
    {
        _files.Sockets("tcp6", row);

        Assert.Equal([expected], ReportText.Rows(CollectTcp().TcpPorts));
    }

    [Fact]
    public void Sockets_that_share_port_and_interface_are_one_listener()
    {
        _files.Sockets("tcp", Enumerable.Repeat("00000000:0050 " + None + " 0A", 4).Append("0100007F:0050 " + None + " 0A").ToArray());
        _files.Sockets("tcp6", "00000000000000000000000000000000:0050 " + None6 + " 0A");

        Report report = CollectTcp();

        Assert.Equal(["80", "80 lo"], ReportText.Rows(report.TcpPorts));
        Assert.Equal(2, report.TcpPorts.Total);
    }

    [Fact]
    public void Udp_listeners_are_the_sockets_without_a_peer()
    {
        _files.Sockets(
            "udp",
            "00000000:14E9 00000000:0000 07",
            "020200C0:0044 00000000:0000 07",
            "020200C0:C350 08080808:0035 01", // connected: a resolver's query
            "00000000:C351 08080808:0035 07"); // being closed, still with its peer
        _files.Sockets(
            "udp6",
            "00000000000000000000000000000000:14E9 " + None6 + " 07",
            "00000000000000000000000001000000:2000 " + None6 + " 07",
            "00000000000000000000000001000000:2001 00000000000000000000000001000000:2000 01");

        Assert.Equal(["68 eth0", "5353", "8192 lo"], ReportText.Rows(CollectUdp().UdpPorts));
    }

    [Fact]
    public void Connections_are_those_established_with_mapped_addresses_as_ipv4()
    {
        _files.Sockets(
            "tcp",
            "020200C0:C350 0A0200C0:01BB 01",
            "020200C0:C351 0A0200C0:01BB 06", // TIME_WAIT
            "020200C0:C352 0A0200C0:01BB 08", // CLOSE_WAIT
            "020200C0:C353 0A0200C0:01BB 02"); // SYN_SENT
        _files.Sockets(
            "tcp6",
            "0000000000000000FFFF0000020200C0:0016 0000000000000000FFFF0000076433C6:D431 01",
            "000080FE00000000FF00FC00010000FE:0016 000080FE000000000000000005000000:D432 01");

        Report report = CollectTcp();

        Assert.Equal(
            ["192.0.2.10:443 50000 eth0", "198.51.100.7:54321 22 eth0", "[fe80::5]:54322 22 wlan0"], ReportText.Rows(report.Connections));
        Assert.Equal(3, report.Connections.Total);
        Assert.Empty(ReportText.Rows(report.TcpPorts));
    }

    [Fact]
    public void When_the_cap_bites_every_remote_address_is_listed_before_any_twice()
    {
        // Ten connections to one address, then one each to three more; room for five.
        string[] same = Enumerable.Range(0, 10).Select(i => $"020200C0:{0xC350 + i:X4} 0A0200C0:01BB 01").ToArray();
        string[] others = Enumerable.Range(0, 3).Select(i => $"020200C0:{0xD000 + i:X4} {0x0B + i:X2}0200C0:01BB 01").ToArray();
        _files.Sockets("tcp", [.. same, .. others]);
        Report report = new(100, maxConnections: 5);

        Collector(capacity: 5).CollectTcp(report);

        Assert.Equal(
            ["192.0.2.10:443", "192.0.2.11:443", "192.0.2.12:443", "192.0.2.13:443", "192.0.2.10:443"],
            ReportText.Rows(report.Connections).Select(row => row.Split(' ')[0]));
        Assert.Equal(13, report.Connections.Total);
    }

    [Fact]
    public void A_cap_of_zero_still_counts()
    {
        _files.Sockets("tcp", "020200C0:C350 0A0200C0:01BB 01");
        Report report = new(0, 0);

        Collector(capacity: 0).CollectTcp(report);

        Assert.Equal((0, 1), (report.Connections.Count, report.Connections.Total));
    }

    [Fact]
    public void Odd_rows_are_left_out_and_counted()
    {
        _files.Raw(
            "tcp",
            "  sl  local_address rem_address   st\n"
            + "   0: 00000000:0016 00000000:0000 0A rest\n"
            + "\n"
            + "   1: 00000000:0017\n"
            + "   2: 0000000G:0018 00000000:0000 0A\n"
            + "   3: 000000:0019 00000000:0000 0A\n"
            + "   4: 00000000:001A 00000000:0000\n"
            + "   5: 00000000:1001B 00000000:0000 0A\n"
            + "garbage\n"
            + "   6: 00000000:001C 00000000:0000 0A"); // no line feed at the end

        Assert.Equal(7, Collector(100).CollectTcp(_report));
        Assert.Equal(["22", "28"], ReportText.Rows(_report.TcpPorts));
    }

    [Fact]
    public void A_table_far_larger_than_the_buffer_is_read_whole()
    {
        string[] rows = Enumerable.Range(0, 5000).Select(i => $"020200C0:0016 0A0200C0:{i + 1:X4} 01").ToArray();
        _files.Sockets("tcp", rows);

        Assert.Equal(0, Collector(100).CollectTcp(_report));
        Assert.Equal((100, 5000), (_report.Connections.Count, _report.Connections.Total));
    }

    [Fact]
    public void A_kernel_without_ipv6_has_no_table_for_it()
    {
        File.Delete(Path.Combine(_files.Net, "tcp6"));
        _files.Sockets("tcp", "00000000:0016 " + None + " 0A");

        Assert.Equal(["22"], ReportText.Rows(CollectTcp().TcpPorts));
    }

    [Fact]
    public void Without_the_table_the_blocks_stay_absent()
    {
        File.Delete(Path.Combine(_files.Net, "tcp"));

        Assert.ThrowsAny<IOException>(() => Collector(100).CollectTcp(_report));
        Assert.False(_report.TcpPorts.IsReported);
        Assert.False(_report.Connections.IsReported);
    }

    [Fact]
    public void Collecting_again_does_not_carry_rows_over()
    {
        SocketCollector collector = Collector(100);
        _files.Sockets("tcp", "00000000:0016 " + None + " 0A", "020200C0:C350 0A0200C0:01BB 01");
        collector.CollectTcp(_report);
        _files.Sockets("tcp", "00000000:0017 " + None + " 0A");

        collector.CollectTcp(_report);

        Assert.Equal(["23"], ReportText.Rows(_report.TcpPorts));
        Assert.Equal(0, _report.Connections.Total);
    }

    private Report CollectTcp()
    {
        Assert.Equal(0, Collector(100).CollectTcp(_report));
        return _report;
    }

    private Report CollectUdp()
    {
        Assert.Equal(0, Collector(100).CollectUdp(_report));
        return _report;
    }

    private SocketCollector Collector(int capacity) => new(new ProcSocketSource(_files.Net), new FakeAddresses(), capacity);
}
