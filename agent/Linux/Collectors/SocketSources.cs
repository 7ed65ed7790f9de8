namespace Defender.Agent.Linux.Collectors;

/// <summary>One source for each protocol: kernels without udp_diag (Raspberry Pi) have TCP by netlink and UDP by /proc.</summary>
internal sealed class SocketSources(ISocketSource tcp, ISocketSource udp) : ISocketSource
{
    public SocketWalk Visit(SocketProtocol protocol, SocketRowVisitor visit) =>
        (protocol == SocketProtocol.Tcp ? tcp : udp).Visit(protocol, visit);
}
