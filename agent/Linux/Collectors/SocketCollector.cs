using Defender.Agent.Core.Reports;
using Defender.Agent.Linux.Collectors.Interfaces;

namespace Defender.Agent.Linux.Collectors;

/// <summary>Fills the socket blocks of a report. A block is filled only after its whole table was read.</summary>
internal sealed class SocketCollector
{
    private const string Loopback = "lo";

    private readonly ISocketSource _sockets;
    private readonly IAddressTable _addresses;
    private readonly ConnectionSample _connections;
    private readonly ListeningPorts _ports = new();
    private readonly SocketRowVisitor _visitTcp;
    private readonly SocketRowVisitor _visitUdp;
    private readonly InterfaceOfRow _interfaceOf;

    /// <param name="sockets">The kernel's tables.</param>
    /// <param name="addresses">Refreshed by the caller, once for each report.</param>
    /// <param name="maxConnections">Connections listed at most.</param>
    public SocketCollector(ISocketSource sockets, IAddressTable addresses, int maxConnections)
    {
        _sockets = sockets;
        _addresses = addresses;
        _connections = new ConnectionSample(maxConnections);
        _visitTcp = VisitTcp;
        _visitUdp = VisitUdp;
        _interfaceOf = InterfaceOf;
    }

    /// <summary>Fills listening TCP ports and established connections, from one walk over the table.</summary>
    /// <returns>Rows that could not be read.</returns>
    public int CollectTcp(Report report)
    {
        _ports.Clear();
        _connections.Clear();
        SocketWalk walk = _sockets.Visit(SocketProtocol.Tcp, _visitTcp);
        _ports.Fill(report.TcpPorts);
        _connections.Fill(report.Connections, walk.Established, _interfaceOf);
        return walk.OddRows;
    }

    /// <summary>Fills listening UDP ports.</summary>
    /// <returns>Rows that could not be read.</returns>
    public int CollectUdp(Report report)
    {
        _ports.Clear();
        SocketWalk walk = _sockets.Visit(SocketProtocol.Udp, _visitUdp);
        _ports.Fill(report.UdpPorts);
        return walk.OddRows;
    }

    private void VisitTcp(in SocketRow row)
    {
        if (row.IsTcpListener)
            _ports.Add(row.LocalPort, InterfaceOf(in row));
        else if (row.IsEstablished)
            _connections.Add(in row);
    }

    private void VisitUdp(in SocketRow row)
    {
        if (row.IsUdpListener)
            _ports.Add(row.LocalPort, InterfaceOf(in row));
    }

    // The interface it is bound to first: a link-local address alone may be that of several. Then the one that holds its address.
    // Every address of 127.0.0.0/8 is local without standing in the table; a wildcard socket has no one interface.
    private string InterfaceOf(in SocketRow row)
    {
        if (row.BoundInterface != 0 && _addresses.NameOf(row.BoundInterface) is { Length: > 0 } name)
            return name;
        return row.Local.IsUnspecified ? "" : row.Local.IsLoopback ? Loopback : _addresses.InterfaceOf(row.Local);
    }
}
