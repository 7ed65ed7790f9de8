using System.Net.Sockets;

namespace Defender.Gateway.Mqtt.Connections;

/// <summary>
/// A connection feature: nothing is between the packets and this socket, no TLS and no WebSocket, and what was flushed has been
/// handed to it. Only so can the end of sending be told by the socket itself.
/// </summary>
/// <param name="Socket">The socket.</param>
internal sealed record PlainSocket(Socket Socket);
