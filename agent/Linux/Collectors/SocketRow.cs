using System;

namespace Defender.Agent.Linux.Collectors;

/// <summary>One socket of the kernel's table.</summary>
/// <param name="Local">The address it is bound to.</param>
/// <param name="LocalPort">0 to 65535.</param>
/// <param name="Remote">The peer, or the unspecified address.</param>
/// <param name="RemotePort">0 to 65535.</param>
/// <param name="State">A state of include/net/tcp_states.h; the constants name those that matter here.</param>
/// <param name="BoundInterface">The index of the interface it is bound to; 0 for none, and where /proc does not tell.</param>
internal readonly record struct SocketRow(
    IpValue Local, int LocalPort, IpValue Remote, int RemotePort, int State, int BoundInterface = 0) : IComparable<SocketRow>
{
    public const int Established = 0x01;

    /// <summary>A UDP socket without a peer is TCP_CLOSE; the kernel has no state of its own for it.</summary>
    public const int Close = 0x07;

    /// <summary>The peer has closed: no connection any more, although CurrEstab counts it.</summary>
    public const int CloseWait = 0x08;

    public const int Listen = 0x0A;

    public bool IsTcpListener => State == Listen && LocalPort != 0;

    /// <summary>A connected UDP socket has a peer (and state 01): it is a client's, not a listener.</summary>
    public bool IsUdpListener => State == Close && LocalPort != 0 && RemotePort == 0 && Remote.IsUnspecified;

    /// <summary>The order of a report's list: by remote address, then by what else tells connections apart.</summary>
    public int CompareTo(SocketRow other) =>
        Remote.Bits != other.Remote.Bits ? Remote.Bits.CompareTo(other.Remote.Bits)
        : RemotePort != other.RemotePort ? RemotePort - other.RemotePort
        : LocalPort != other.LocalPort ? LocalPort - other.LocalPort
        : Local.Bits.CompareTo(other.Local.Bits);

    public bool IsEstablished => State == Established && RemotePort != 0;
}
