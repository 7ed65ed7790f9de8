namespace Defender.Agent.Core.Sockets
{
    /// <summary>What a socket is to the report.</summary>
    public enum SocketKind
    {
        /// <summary>The slot holds no socket.</summary>
        None,

        /// <summary>Listens for TCP connections: a row of <c>listening_tcp_ports</c>.</summary>
        TcpListener,

        /// <summary>Takes UDP datagrams from everybody: a row of <c>listening_udp_ports</c>.</summary>
        UdpListener,

        /// <summary>An established TCP connection, whichever side began it.</summary>
        TcpConnection,

        /// <summary>A UDP socket that only asks, such as for a name or the time: no listener, but its bytes count.</summary>
        UdpClient,
    }
}
