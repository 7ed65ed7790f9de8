namespace Defender.Agent.Linux.Collectors;

/// <summary>Takes one row of the kernel's socket table.</summary>
internal delegate void SocketRowVisitor(in SocketRow row);

/// <summary>The kernel's socket tables of this network namespace, IPv4 and IPv6.</summary>
internal interface ISocketSource
{
    /// <summary>Visits every socket of a protocol, in the kernel's order.</summary>
    /// <returns>Rows that could not be read and were left out.</returns>
    /// <exception cref="System.IO.IOException">The table cannot be read at all.</exception>
    int Visit(SocketProtocol protocol, SocketRowVisitor visit);
}
