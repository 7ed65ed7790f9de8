using System;

namespace Defender.Agent.Linux.Collectors.Interfaces;

/// <summary>What an interface is, as far as it matters for counting each byte once.</summary>
internal enum LinkKind
{
    /// <summary>Hardware, tunnels, bonds, everything without a rule of its own.</summary>
    Device,

    /// <summary>lo: leaves the device nowhere.</summary>
    Loopback,

    /// <summary>One end of a pair, the other of which is mostly in a container.</summary>
    Veth,

    /// <summary>Joins its members to one network.</summary>
    Bridge,

    /// <summary>vlan, macvlan, ipvlan and their taps: a part of the traffic of the interface below.</summary>
    Stacked,

    /// <summary>A copy of another interface's incoming traffic, for shaping it.</summary>
    Ifb,

    /// <summary>tun or tap: a program's end of a network.</summary>
    Tap,

    /// <summary>A routing domain: it counts again what its members count.</summary>
    Vrf,
}

/// <summary>The kernel's names of kinds.</summary>
internal static class LinkKinds
{
    /// <param name="name">IFLA_INFO_KIND, or the driver that ethtool names, which is the same word but for VLANs.</param>
    public static LinkKind Parse(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("veth"u8) ? LinkKind.Veth
        : name.SequenceEqual("bridge"u8) ? LinkKind.Bridge
        : name.SequenceEqual("ifb"u8) ? LinkKind.Ifb
        : name.SequenceEqual("tun"u8) ? LinkKind.Tap
        : name.SequenceEqual("vrf"u8) ? LinkKind.Vrf
        : name.SequenceEqual("vlan"u8) || name.SequenceEqual("802.1Q VLAN Support"u8)
            || name.SequenceEqual("macvlan"u8) || name.SequenceEqual("macvtap"u8)
            || name.SequenceEqual("ipvlan"u8) || name.SequenceEqual("ipvtap"u8) ? LinkKind.Stacked
        : LinkKind.Device;
}
