using System;

namespace Defender.Agent.Linux.Collectors.Interfaces;

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
