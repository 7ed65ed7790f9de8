using System;
using System.IO;
using System.Net;
using Defender.Agent.Linux.Collectors;
using Defender.Agent.Linux.Collectors.Interfaces;
using Xunit;

namespace Defender.Agent.Linux.Tests.Collectors.Interfaces;

/// <summary>The table as /proc, /sys and ioctl fill it.</summary>
public sealed class InterfaceTableTests : IDisposable
{
    private const string Row = ": 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0";

    private readonly ProcFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Addresses_lead_to_their_interface_whatever_their_label()
    {
        Interfaces("lo", "eth0", "wlan0");
        _files.Ipv4("lo", "127.0.0.1");
        _files.Ipv4("eth0", "192.0.2.2");
        _files.Ipv4("eth0:1", "192.0.2.77");
        _files.Raw("if_inet6", "fe8000000000000000fc00fffe000001 03 40 20 80    wlan0\n20010db8000000000000000000000002 02 40 00 80     eth0\n");
        InterfaceTable table = Refreshed();

        Assert.Equal(
            ("eth0", "eth0", "eth0", "wlan0"),
            (Of(table, "192.0.2.2"), Of(table, "192.0.2.77"), Of(table, "2001:db8::2"), Of(table, "fe80::fc:ff:fe00:1")));
        Assert.Equal(("", "", "lo"), (Of(table, "192.0.2.3"), table.NameOf(9), table.NameOf(1)));
    }

    [Fact]
    public void An_address_of_two_interfaces_names_neither()
    {
        Interfaces("eth0", "eth1", "eth2");
        _files.Raw("if_inet6", string.Concat(Array.ConvertAll([1, 2, 3], index => $"fe800000000000000000000000000001 0{index} 40 20 80 x\n")));

        Assert.Equal("", Of(Refreshed(), "fe80::1"));
    }

    [Fact]
    public void Odd_lines_of_addresses_are_passed_over()
    {
        Interfaces("eth0");
        _files.Raw("if_inet6", "\nfe80 01\nfe80000000000000000000000000000g 01 40\n" + new string('f', 32) + "\n" + new string('f', 32) + " zz 1\n");

        Assert.Equal("", Of(Refreshed(), "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"));
    }

    [Fact]
    public void A_vlan_of_this_namespace_is_told_from_one_of_another()
    {
        _files.Devices("eth0" + Row, "here" + Row, "away" + Row);
        _files.Interface("eth0", 2);
        _files.Interface("here", 3, "802.1Q VLAN Support", lower: 2, lowerName: "eth0");
        _files.Interface("away", 4, "macvlan", lower: 2); // of an eth0 elsewhere that has the same index

        Assert.Equal("eth0, away", Refreshed().CountedNames);
    }

    [Fact]
    public void The_ends_of_a_pair_in_one_namespace_do_not_count()
    {
        _files.Devices("a" + Row, "b" + Row);
        _files.Interface("a", 2, "veth", lower: 3);
        _files.Interface("b", 3, "veth", lower: 2);
        Assert.Equal("none", Refreshed().CountedNames);

        _files.Interface("b", 3, "veth", lower: 8); // another pair, which by chance is named so
        Assert.Equal("a, b", Refreshed().CountedNames);
    }

    [Fact]
    public void Without_interfaces_the_table_is_empty_and_fails()
    {
        Interfaces("eth0");
        _files.Ipv4("eth0", "192.0.2.2");
        FailingReader reader = new(_files);
        InterfaceTable table = new(reader, new InterfaceFilter([], []));
        table.Refresh();
        Assert.Equal("eth0", Of(table, "192.0.2.2"));

        reader.IsFailing = true;
        Assert.Throws<IOException>(table.Refresh);
        Assert.Equal(("", 0), (Of(table, "192.0.2.2"), table.Links.Count));

        reader.IsFailing = false;
        table.Refresh();
        Assert.Equal("eth0", Of(table, "192.0.2.2"));
    }

    private static string Of(InterfaceTable table, string address) => table.InterfaceOf(IpValue.From(IPAddress.Parse(address)));

    private void Interfaces(params string[] names)
    {
        _files.Devices(Array.ConvertAll(names, name => name + Row));
        for (int i = 0; i < names.Length; i++)
            _files.Interface(names[i], i + 1);
    }

    private InterfaceTable Refreshed()
    {
        InterfaceTable table = _files.Table();
        table.Refresh();
        return table;
    }

    private sealed class FailingReader(ProcFiles files) : IInterfaceReader
    {
        private readonly IInterfaceReader _reader = files.Reader();

        public bool IsFailing { get; set; }

        public void Read(InterfaceTable table)
        {
            _reader.Read(table);
            if (IsFailing)
                throw new IOException("no descriptor left");
        }
    }
}
