using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Text;
using Defender.Agent.Core.Counters;
using Defender.Agent.Core.Reports;
using Defender.Agent.Linux.Collectors;
using Defender.Agent.Linux.Collectors.Interfaces;
using Defender.Agent.Linux.Collectors.Netlink;
using Xunit;
using static Defender.Agent.Linux.Tests.Collectors.Netlink.ScriptedKernel;

namespace Defender.Agent.Linux.Tests.Collectors.Netlink;

/// <summary>Interfaces, addresses and counters as the kernel's messages have them, and when they are asked for.</summary>
public sealed class NetlinkInterfaceReaderTests : IDisposable
{
    private const int LinkRow = 16;
    private const int AddressRow = 20;
    private const int StatisticsRow = 92;

    private readonly ScriptedKernel _kernel = new();
    private readonly ScriptedKernel _events = new();
    private readonly NetlinkDump _dump;
    private readonly InterfaceTable _table;

    public NetlinkInterfaceReaderTests()
    {
        _dump = new NetlinkDump(_kernel.Open);
        _table = new InterfaceTable(new NetlinkInterfaceReader(_dump, _events.Open), new InterfaceFilter([], []));
    }

    public void Dispose() => _dump.Dispose();

    [Fact]
    public void Links_and_addresses_are_read()
    {
        AnswerLinks(
            Link(1, "lo", loopback: true),
            Link(2, "eth0"),
            Link(3, "eth0.5", kind: "vlan", lower: 2),
            Link(4, "br0", kind: "bridge"),
            Link(5, "veth1", kind: "veth", master: 4, lower: 2, isElsewhere: true),
            Link(6, "ppp0"));
        AnswerAddresses(
            Address(1, "127.0.0.1"),
            Address(2, "192.0.2.2"),
            Address(6, "198.51.100.1", peer: "198.51.100.2"), // point to point: ours and the other end's
            Address(2, "2001:db8::2"),
            [5, 0, 0, 0, 2, 0, 0, 0]); // a family that is not IP

        _table.Refresh();

        Assert.Equal("eth0, ppp0", _table.CountedNames);
        Assert.Equal(
            ("eth0", "ppp0", "", "eth0"), (Of("192.0.2.2"), Of("198.51.100.1"), Of("198.51.100.2"), Of("2001:db8::2")));
        Assert.Equal(new Link(5, "veth1", LinkKind.Veth, 4, 2, true), _table.Links[4]);
    }

    [Fact]
    public void The_tables_are_asked_for_again_only_after_an_event()
    {
        AnswerLinks(Link(2, "eth0"));
        AnswerAddresses(Address(2, "192.0.2.2"));
        _table.Refresh();
        _table.Refresh();
        Assert.Equal([18, 22], _kernel.Types);

        _events.Event(new byte[200]);
        _events.Event(new byte[200]);
        AnswerLinks(Link(2, "eth0"), Link(3, "wlan0"));
        AnswerAddresses(Address(3, "192.0.2.2"));
        _table.Refresh();
        _table.Refresh();

        Assert.Equal([18, 22, 18, 22], _kernel.Types);
        Assert.Equal("wlan0", Of("192.0.2.2"));
    }

    [Theory]
    [InlineData(Libc.NoBufferSpace, 1)] // too many events: the socket is as good as before
    [InlineData(9, 2)] // EBADF
    public void Lost_events_are_events(int error, int opened)
    {
        AnswerLinks(Link(2, "eth0"));
        AnswerAddresses();
        _table.Refresh();
        _events.Event(error);
        AnswerLinks(Link(2, "eth1"));
        AnswerAddresses();
        _table.Refresh();
        Assert.Equal("eth1", _table.NameOf(2));

        if (opened == 2)
        {
            AnswerLinks(Link(2, "eth1"));
            AnswerAddresses();
        }

        _table.Refresh();
        Assert.Equal(opened, _events.Opened);
    }

    [Fact]
    public void Without_events_the_tables_are_read_each_time()
    {
        _events.OpenError = Libc.TooManyFiles;
        for (int i = 0; i < 2; i++)
        {
            AnswerLinks(Link(2, "eth0"));
            AnswerAddresses();
            _table.Refresh();
        }

        Assert.Equal([18, 22, 18, 22], _kernel.Types);
    }

    [Fact]
    public void An_interrupted_list_is_read_again_and_the_half_of_it_forgotten()
    {
        AnswerLinks(Link(2, "eth0"));
        _kernel.Answer(sequence => [Message(AddressRow, sequence, Address(2, "192.0.2.2"), flags: 0x12), Done(sequence)]);
        Assert.Throws<DumpInterruptedException>(_table.Refresh);
        Assert.Empty(_table.Links);

        AnswerLinks(Link(2, "eth0"));
        AnswerAddresses(Address(2, "192.0.2.2"));
        _table.Refresh();
        Assert.Equal("eth0", Of("192.0.2.2"));
    }

    [Theory]
    [InlineData("1000030065746800")] // longer than there is
    [InlineData("030003006500")] // shorter than its header
    [InlineData("0800")] // half a header
    [InlineData("06000A000100")] // a master of two bytes
    public void Attributes_that_do_not_add_up_are_refused(string attributes)
    {
        AnswerLinks([.. new byte[16], .. Convert.FromHexString(attributes)]);

        Assert.ThrowsAny<IOException>(_table.Refresh);
    }

    [Fact]
    public void Rows_without_their_own_header_are_refused()
    {
        AnswerLinks(new byte[15]);
        Assert.ThrowsAny<IOException>(_table.Refresh);

        AnswerLinks(Link(2, "eth0"));
        AnswerAddresses(new byte[7]);
        Assert.ThrowsAny<IOException>(_table.Refresh);
    }

    [Fact]
    public void Counters_of_64_bits_go_where_they_belong()
    {
        AnswerLinks(Link(1, "lo", loopback: true), Link(2, "eth0"));
        AnswerAddresses();
        _table.Refresh();
        DeltaCounters counters = new(4);
        NetworkStats stats = new();
        NetlinkCounterSource source = new(_dump, _table);
        AnswerStatistics(Statistics(1, 7, 7, 7, 7), Statistics(2, 5_000_000_000, 50, 100, 10));
        Assert.Equal(0, source.Sample(counters, 0));
        AnswerStatistics(Statistics(1, 9, 9, 9, 9), Statistics(2, 5_000_000_300, 52, 101, 13), Statistics(3, 1, 1, 1, 1));
        Assert.Equal(0, source.Sample(counters, 300_000));

        counters.Read(stats);

        Assert.Equal((300, 2, 1, 3), (stats.BytesIn, stats.PacketsIn, stats.BytesOut, stats.PacketsOut));
    }

    [Fact]
    public void Counters_that_cannot_be_are_odd_and_rows_cut_short_fail()
    {
        AnswerLinks(Link(2, "eth0"));
        AnswerAddresses();
        _table.Refresh();
        DeltaCounters counters = new(4);
        NetlinkCounterSource source = new(_dump, _table);

        AnswerStatistics(Statistics(2, -1, 1, 1, 1));
        Assert.Equal(1, source.Sample(counters, 0));
        AnswerStatistics(Statistics(2, 1, 1, 1, 1)[..12]); // no counters at all
        Assert.Equal(1, source.Sample(counters, 0));
        AnswerStatistics([.. Statistics(2, 1, 1, 1, 1)[..12], 20, 0, 1, 0, .. new byte[16]]);
        Assert.ThrowsAny<IOException>(() => source.Sample(counters, 0));
        AnswerStatistics(new byte[11]);
        Assert.ThrowsAny<IOException>(() => source.Sample(counters, 0));
    }

    private string Of(string address) => _table.InterfaceOf(IpValue.From(IPAddress.Parse(address)));

    private void AnswerLinks(params byte[][] rows) => Answer(LinkRow, rows);

    private void AnswerAddresses(params byte[][] rows) => Answer(AddressRow, rows);

    private void AnswerStatistics(params byte[][] rows) => Answer(StatisticsRow, rows);

    private void Answer(int type, byte[][] rows) =>
        _kernel.Answer(sequence => [.. rows.Select(row => Message(type, sequence, row)), Done(sequence)]);

    private static byte[] Link(
        int index, string name, bool loopback = false, string? kind = null, int master = 0, int lower = 0, bool isElsewhere = false)
    {
        List<byte> row = [.. new byte[4], .. BitConverter.GetBytes(index), (byte)(loopback ? 8 : 0), .. new byte[7]];
        row.AddRange(Attribute(3, [.. Encoding.ASCII.GetBytes(name), 0]));
        if (lower != 0)
            row.AddRange(Attribute(5, BitConverter.GetBytes(lower)));
        if (master != 0)
            row.AddRange(Attribute(10, BitConverter.GetBytes(master)));
        if (isElsewhere)
            row.AddRange(Attribute(37, new byte[4]));
        if (kind is not null)
            row.AddRange(Attribute(18 | 0x8000, Attribute(1, [.. Encoding.ASCII.GetBytes(kind), 0])));
        return [.. row];
    }

    private static byte[] Address(int index, string local, string? peer = null)
    {
        byte[] bytes = IPAddress.Parse(local).GetAddressBytes();
        byte[] head = [(byte)(bytes.Length == 4 ? 2 : 10), 0, 0, 0, .. BitConverter.GetBytes(index)];
        return peer is null
            ? [.. head, .. Attribute(1, bytes)]
            : [.. head, .. Attribute(1, IPAddress.Parse(peer).GetAddressBytes()), .. Attribute(2, bytes)];
    }

    private static byte[] Statistics(int index, long bytesIn, long packetsIn, long bytesOut, long packetsOut)
    {
        byte[] values = [.. new[] { packetsIn, packetsOut, bytesIn, bytesOut }.SelectMany(BitConverter.GetBytes), .. new byte[160]];
        return [.. new byte[4], .. BitConverter.GetBytes(index), .. new byte[4], .. Attribute(1, values)];
    }

    private static byte[] Attribute(int type, byte[] value) =>
        [.. BitConverter.GetBytes((ushort)(4 + value.Length)), .. BitConverter.GetBytes((ushort)type), .. value, .. new byte[-value.Length & 3]];
}
