using System;
using System.Buffers;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Defender.Mqtt.Client;
using Defender.Mqtt.Packets;

namespace Defender.Mqtt.Tests.Client;

/// <summary>A server on the loopback that does exactly what its test says; each of its waits has a deadline.</summary>
internal sealed class Peer(MqttVersion version = MqttVersion.V311) : IAsyncDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly TcpListener _listener = Listen();
    private byte[] _received = [];
    private MqttClient? _client;

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The bytes to and from the client, once accepted; a test may put TLS over it.</summary>
    public Stream Stream { get; set; } = Stream.Null;

    public MqttClientOptions Options(TimeProvider? time = null, int keepAliveSeconds = 0) => new()
    {
        Version = version,
        Host = "127.0.0.1",
        Port = Port,
        ClientId = "device",
        KeepAlive = TimeSpan.FromSeconds(keepAliveSeconds),
        TimeProvider = time ?? TimeProvider.System,
    };

    /// <summary>A client after CONNECT and CONNACK; the peer disposes it.</summary>
    public Task<MqttClient> ConnectAsync(MqttClientOptions? options = null) => version == MqttVersion.V5
        ? ConnectAsync(options, output => MqttWriter.WriteConnAck(output, MqttReasonCode.Success))
        : ConnectAsync(options, output => MqttWriter.WriteConnAck(output, ConnectReturnCode.Accepted));

    /// <summary>A client after CONNECT and the given CONNACK.</summary>
    public async Task<MqttClient> ConnectAsync(MqttClientOptions? options, Action<IBufferWriter<byte>> connAck)
    {
        Task<MqttClient> connecting = MqttClient.ConnectAsync(options ?? Options(), default);
        await AcceptAsync();
        await ReadAsync();
        await SendAsync(connAck);
        return _client = await connecting.WaitAsync(Deadline);
    }

    public async Task AcceptAsync()
        => Stream = new NetworkStream(await _listener.AcceptSocketAsync().WaitAsync(Deadline), ownsSocket: true);

    /// <summary>The next packet in words, or "end" when the client has closed.</summary>
    public async Task<string> ReadAsync()
    {
        while (true)
        {
            var buffer = new ReadOnlySequence<byte>(_received);
            if (MqttFraming.TryReadFrame(buffer, MqttFraming.MaxPacketSize, out MqttFrame frame, out MqttError error, version)
                == MqttReadStatus.Complete)
            {
                _received = buffer.Slice(frame.End).ToArray();
                return PacketText.Read(frame, version);
            }

            if (error.IsError)
            {
                throw new InvalidDataException($"The client sent what is not a packet: {error}");
            }

            byte[] more = new byte[65_536];
            int count = await Stream.ReadAsync(more).AsTask().WaitAsync(Deadline);
            if (count == 0)
            {
                return "end";
            }

            _received = [.. _received, .. more[..count]];
        }
    }

    public Task SendAsync(Action<IBufferWriter<byte>> write) => SendAsync(Wire.Written(write));

    public Task SendAsync(byte[] bytes) => Stream.WriteAsync(bytes).AsTask().WaitAsync(Deadline);

    public void Close() => Stream.Dispose();

    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync();
        _listener.Dispose();
        if (_client is not null)
        {
            // After the stream has ended, or the client would wait for it on a clock that may stand still.
            await _client.DisposeAsync().AsTask().WaitAsync(Deadline);
        }
    }

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }
}
