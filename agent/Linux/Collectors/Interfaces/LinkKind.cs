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
