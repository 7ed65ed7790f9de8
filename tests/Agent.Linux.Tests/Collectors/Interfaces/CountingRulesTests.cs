using System.Collections.Generic;
using System.Linq;
using Defender.Agent.Linux.Collectors;
using Defender.Agent.Linux.Collectors.Interfaces;
using Xunit;

namespace Defender.Agent.Linux.Tests.Collectors.Interfaces;

/// <summary>A byte of the device counts once.</summary>
public sealed class CountingRulesTests
{
    private static readonly Link Lo = new(1, "lo", LinkKind.Loopback, 0, 0, false);
    private static readonly Link Eth0 = new(2, "eth0", LinkKind.Device, 0, 0, false);

    [Fact]
    public void Hardware_and_tunnels_count_and_lo_does_not() =>
        Assert.Equal("eth0 tun0", Counted(Lo, Eth0, new Link(3, "tun0", LinkKind.Tap, 0, 0, false)));

    [Fact]
    public void A_copy_of_incoming_traffic_does_not_count() =>
        Assert.Equal("eth0", Counted(Eth0, new Link(3, "ifb0", LinkKind.Ifb, 0, 0, false)));

    [Fact]
    public void A_bridge_counts_in_place_of_its_members() =>
        Assert.Equal("br0", Counted(Eth0 with { Master = 3 }, new Link(3, "br0", LinkKind.Bridge, 0, 0, false)));

    [Fact]
    public void A_bond_counts_in_place_of_its_members() =>
        Assert.Equal("bond0", Counted(Eth0 with { Master = 3 }, new Link(3, "bond0", LinkKind.Device, 0, 0, false)));

    [Fact]
    public void A_bridge_of_containers_does_not_count_since_their_traffic_leaves_elsewhere() =>
        Assert.Equal(
            "eth0",
            Counted(
                Eth0,
                new Link(3, "docker0", LinkKind.Bridge, 0, 0, false),
                new Link(4, "veth1", LinkKind.Veth, Master: 3, Lower: 2, IsLowerElsewhere: true),
                new Link(5, "tap1", LinkKind.Tap, Master: 3, 0, false)));

    [Fact]
    public void A_bridge_over_a_vlan_of_a_counted_interface_does_not_count() =>
        Assert.Equal(
            "eth0",
            Counted(Eth0, new Link(3, "eth0.5", LinkKind.Stacked, Master: 4, Lower: 2, false), new Link(4, "br5", LinkKind.Bridge, 0, 0, false)));

    [Fact]
    public void What_rides_on_a_counted_interface_does_not_count() =>
        Assert.Equal(
            "eth0",
            Counted(
                Eth0,
                new Link(3, "eth0.5", LinkKind.Stacked, 0, Lower: 2, false),
                new Link(4, "mac0", LinkKind.Stacked, 0, Lower: 3, false))); // on the VLAN

    [Fact]
    public void What_rides_on_a_member_does_not_count_as_its_bridge_does() =>
        Assert.Equal(
            "br0",
            Counted(
                Eth0 with { Master = 3 },
                new Link(3, "br0", LinkKind.Bridge, 0, 0, false),
                new Link(4, "br0.5", LinkKind.Stacked, 0, Lower: 3, false),
                new Link(5, "eth0.6", LinkKind.Stacked, 0, Lower: 2, false)));

    [Fact]
    public void What_rides_on_an_interface_elsewhere_counts() =>
        Assert.Equal("eth0", Counted(Lo, new Link(2, "eth0", LinkKind.Stacked, 0, Lower: 2, IsLowerElsewhere: true)));

    [Fact]
    public void What_rides_on_an_interface_that_does_not_count_counts() =>
        Assert.Equal(
            "v.5", Counted(new Link(2, "v", LinkKind.Veth, 0, 9, IsLowerElsewhere: true), new Link(3, "v.5", LinkKind.Stacked, 0, Lower: 2, false)));

    [Fact]
    public void Members_of_a_vrf_count_and_the_vrf_does_not() =>
        Assert.Equal("eth0", Counted(Eth0 with { Master = 3 }, new Link(3, "red", LinkKind.Vrf, 0, 0, false)));

    [Fact]
    public void A_veth_counts_only_where_it_is_the_way_out()
    {
        Link container = new(2, "eth0", LinkKind.Veth, 0, Lower: 17, IsLowerElsewhere: true);
        Assert.Equal("eth0", Counted(Lo, container));
        Assert.Equal("wlan0", Counted(Lo, container, new Link(3, "wlan0", LinkKind.Device, 0, 0, false)));
        Assert.Equal("", Counted(Lo, container with { Lower = 3, IsLowerElsewhere = false }, new Link(3, "p", LinkKind.Veth, 0, 2, false)));
    }

    [Fact]
    public void Names_given_by_the_user_are_exactly_what_counts()
    {
        Link[] links = [Lo, Eth0, new(3, "veth1", LinkKind.Veth, 9, 0, false), new(4, "eth1", LinkKind.Device, 0, 0, false)];

        Assert.Equal("lo veth1", Counted(new InterfaceFilter(["lo", "v?th*"], []), links));
        Assert.Equal("eth1", Counted(new InterfaceFilter([], ["eth0"]), links));
        Assert.Equal("eth1", Counted(new InterfaceFilter(["eth*"], ["*0"]), links));
        Assert.Equal("", Counted(new InterfaceFilter(["wlan0"], []), links));
    }

    [Fact]
    public void A_ring_of_interfaces_ends()
    {
        Link[] ring = [new(2, "a", LinkKind.Stacked, 0, 3, false), new(3, "b", LinkKind.Stacked, 4, 2, false), new(4, "c", LinkKind.Bridge, 4, 0, false)];

        Assert.InRange(Counted(ring).Length, 0, 10);
    }

    [Theory]
    [InlineData("eth0", null)]
    [InlineData("*", null)]
    [InlineData("wl?n*", null)]
    [InlineData("", "'' has 0 letters; names of interfaces have 1 to 15")]
    [InlineData("sixteen-letters!", "'sixteen-letters!' has 16 letters; names of interfaces have 1 to 15")]
    [InlineData("a/b", "'a/b' has a letter that no name of an interface has")]
    [InlineData("a b", "'a b' has a letter that no name of an interface has")]
    public void Patterns_that_match_nothing_for_sure_are_refused(string pattern, string? expected)
    {
        Assert.Equal(expected is null, InterfacePattern.IsValid(pattern, out string? error));
        Assert.Equal(expected, error);
    }

    private static string Counted(params Link[] links) => Counted(new InterfaceFilter([], []), links);

    private static string Counted(InterfaceFilter filter, Link[] links)
    {
        List<bool> counted = [];
        new CountingRules(filter).Decide([.. links], counted);
        return string.Join(' ', links.Where((_, place) => counted[place]).Select(link => link.Name));
    }
}
