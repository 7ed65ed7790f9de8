using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Defender.Agent.Linux.Tests.Collectors.Live;

/// <summary>Sockets of every kind, closed together.</summary>
internal sealed class OpenSockets : IDisposable
{
    private const int SolSocket = 1;
    private const int SoReusePort = 15;
    private const int SoBindToDevice = 25;

    private readonly List<Socket> _sockets = [];

    public void Dispose() => _sockets.ForEach(socket => socket.Dispose());

    public static int Port(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

    public Socket Listen(IPAddress address, int port = 0, bool reusePort = false, bool dualMode = false, string? device = null)
    {
        Socket socket = Open(address, SocketType.Stream, ProtocolType.Tcp);
        if (dualMode)
            socket.DualMode = true;
        if (reusePort)
            socket.SetRawSocketOption(SolSocket, SoReusePort, BitConverter.GetBytes(1));
        if (device is not null)
            socket.SetRawSocketOption(SolSocket, SoBindToDevice, Encoding.ASCII.GetBytes(device));
        socket.Bind(new IPEndPoint(address, port));
        socket.Listen(2000);
        return socket;
    }

    public Socket Udp(IPAddress address, int port = 0, bool reusePort = false)
    {
        Socket socket = Open(address, SocketType.Dgram, ProtocolType.Udp);
        if (reusePort)
            socket.SetRawSocketOption(SolSocket, SoReusePort, BitConverter.GetBytes(1));
        socket.Bind(new IPEndPoint(address, port));
        return socket;
    }

    /// <summary>Connects to a listener and accepts.</summary>
    /// <returns>The two ends.</returns>
    public (Socket Client, Socket Server) Connect(Socket listener, IPAddress address, IPAddress? from = null)
    {
        Socket client = Open(address, SocketType.Stream, ProtocolType.Tcp);
        if (from is not null)
            client.Bind(new IPEndPoint(from, 0));
        client.Connect(address, Port(listener));
        Socket server = listener.Accept();
        _sockets.Add(server);
        return (client, server);
    }

    private Socket Open(IPAddress address, SocketType type, ProtocolType protocol)
    {
        Socket socket = new(address.AddressFamily, type, protocol);
        _sockets.Add(socket);
        return socket;
    }
}
