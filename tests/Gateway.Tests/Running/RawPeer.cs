using System;
using System.Buffers;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Defender.Mqtt;
using Defender.Mqtt.Packets;

namespace Defender.Gateway.Tests.Running;

/// <summary>A TCP connection that sends any bytes, for what no decent client does.</summary>
internal sealed class RawPeer : IDisposable
{
    private readonly Socket _socket;

    private RawPeer(Socket socket) => _socket = socket;

    public EndPoint LocalEndPoint => _socket.LocalEndPoint!;

    public static async Task<RawPeer> OpenAsync(int port, int? receiveBuffer = null, IPAddress? from = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer is { } size)
            socket.ReceiveBufferSize = size;
        if (from is not null)
            socket.Bind(new IPEndPoint(from, 0));
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return new RawPeer(socket);
    }

    /// <summary>The bytes of a CONNECT.</summary>
    public static byte[] Connect(string clientId, int keepAlive = 0, (string Topic, string Message)? will = null) => Packet(output =>
        MqttWriter.WriteConnect(output, new ConnectPacket
        {
            ClientId = Encoding.UTF8.GetBytes(clientId),
            CleanSession = true,
            KeepAliveSeconds = (ushort)keepAlive,
            HasWill = will is not null,
            WillTopic = Encoding.UTF8.GetBytes(will?.Topic ?? ""),
            WillMessage = Encoding.UTF8.GetBytes(will?.Message ?? ""),
        }));

    /// <summary>The bytes of a PUBLISH, at QoS 1 with a packet identifier.</summary>
    public static byte[] Publish(string topic, ReadOnlySpan<byte> payload, ushort packetId = 0)
    {
        var output = new ArrayBufferWriter<byte>();
        MqttWriter.WritePublish(output, new PublishPacket
        {
            Topic = Encoding.UTF8.GetBytes(topic),
            Payload = payload,
            PacketId = packetId,
            QoS = packetId == 0 ? MqttQoS.AtMostOnce : MqttQoS.AtLeastOnce,
        });
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The bytes of a SUBSCRIBE at QoS 1.</summary>
    public static byte[] Subscribe(params string[] filters) => Packet(output =>
        MqttWriter.WriteSubscribe(output, 1, [.. Array.ConvertAll(filters, filter => (filter, MqttQoS.AtLeastOnce))]));

    public static byte[] Packet(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan.ToArray();
    }

    public async Task SendAsync(params byte[][] packets)
    {
        foreach (byte[] packet in packets)
            await _socket.SendAsync(packet.AsMemory(), SocketFlags.None).AsTask().WaitAsync(TestGateway.Deadline);
    }

    /// <summary>CONNECT, and its CONNACK.</summary>
    public async Task ConnectAsync(string clientId, int keepAlive = 0, (string Topic, string Message)? will = null)
    {
        await SendAsync(Connect(clientId, keepAlive, will));
        byte[] answer = await ReadAsync(4);
        if (answer is not [0x20, 2, 0, 0])
            throw new InvalidDataException($"CONNACK was {Convert.ToHexString(answer)}");
    }

    /// <summary>Exactly so many bytes.</summary>
    public async Task<byte[]> ReadAsync(int count)
    {
        byte[] bytes = new byte[count];
        for (int read = 0; read < count;)
        {
            int more = await _socket.ReceiveAsync(bytes.AsMemory(read), SocketFlags.None).AsTask().WaitAsync(TestGateway.Deadline);
            if (more == 0)
                throw new EndOfStreamException($"closed after {Convert.ToHexString(bytes.AsSpan(0, read))}");
            read += more;
        }

        return bytes;
    }

    /// <summary>What comes until the gateway closes the connection, by FIN or RST; fails when it does not.</summary>
    public async Task<byte[]> ReadToCloseAsync()
    {
        using var all = new MemoryStream();
        byte[] buffer = new byte[8192];
        using var deadline = new CancellationTokenSource(TestGateway.Deadline);
        try
        {
            while (await _socket.ReceiveAsync(buffer, SocketFlags.None, deadline.Token) is > 0 and int count)
                all.Write(buffer, 0, count);
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.ConnectionReset)
        {
            // Closed as well.
        }

        return all.ToArray();
    }

    /// <summary>Says that nothing more comes, and listens on.</summary>
    public void Finish()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.NotConnected or SocketError.ConnectionReset)
        {
            // The gateway was quicker.
        }
    }

    public void Dispose() => _socket.Dispose();
}
