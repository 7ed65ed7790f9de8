namespace Defender.Agent.Linux.Collectors;

/// <summary>Takes one row of the kernel's socket table.</summary>
internal delegate void SocketRowVisitor(in SocketRow row);

/// <summary>The kernel's socket tables of this network namespace, IPv4 and IPv6.</summary>
internal interface ISocketSource
{
    /// <summary>
    /// Visits the sockets of a protocol in the kernel's order: every listener, some of them perhaps twice, and every established
    /// connection, of which a source may leave some out that its result counts nevertheless. Other rows may come too.
    /// </summary>
    /// <exception cref="System.IO.IOException">The table cannot be read.</exception>
    SocketWalk Visit(SocketProtocol protocol, SocketRowVisitor visit);
}
