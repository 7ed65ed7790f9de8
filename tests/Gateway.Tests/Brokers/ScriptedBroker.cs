using System;
using System.Buffers;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using System.Threading.Tasks;
using Defender.Gateway.Brokers;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt;
using Defender.Mqtt.Packets;
using Xunit;

namespace Defender.Gateway.Tests.Brokers;

/// <summary>A broker of one client at a time. It grants subscriptions and tells in words what else it is sent, in its order.</summary>
internal sealed class ScriptedBroker : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private Channel<string> _packets = Channel.CreateUnbounded<string>();
    private Socket? _socket;
    private Stream _stream = Stream.Null;

    public ScriptedBroker() => _listener.Start();

    /// <summary>What SUBSCRIBE is answered, by the filter.</summary>
    public Func<string, byte> Grant { get; set; } = _ => 1;

    /// <summary>Whether it acknowledges what it is sent.</summary>
    public bool TakesAnswers { get; set; } = true;

    public BrokerAddress Address => new("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port, UsesTls: false);

    /// <summary>Takes the next connection; its CONNECT in words.</summary>
    public async Task<string> AcceptAsync(ConnectReturnCode code = ConnectReturnCode.Accepted)
    {
        _socket?.Dispose();
        _socket = await _listener.AcceptSocketAsync().WaitAsync(TestGateway.Deadline);
        _stream = new NetworkStream(_socket);
        _packets = Channel.CreateUnbounded<string>();
        _ = ReadAsync(_stream, _packets.Writer);
        string connect = await NextAsync();
        await SendAsync(output => MqttWriter.WriteConnAck(output, code));
        return connect;
    }

    /// <summary>The next packet in words; "end" when the client has gone.</summary>
    public async Task<string> NextAsync() => await _packets.Reader.ReadAsync().AsTask().WaitAsync(TestGateway.Deadline);

    /// <summary>Delivers a message to the client.</summary>
    public Task PublishAsync(string topic, byte[] payload, ushort id, bool retain = false) => SendAsync(output => MqttWriter.WritePublish(
        output, new PublishPacket { Topic = Encoding.UTF8.GetBytes(topic), Payload = payload, QoS = MqttQoS.AtLeastOnce, PacketId = id, Retain = retain }));

    public void Drop() => _socket!.Dispose();

    public ValueTask DisposeAsync()
    {
        _socket?.Dispose();
        _listener.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task ReadAsync(Stream stream, ChannelWriter<string> packets)
    {
        byte[] received = [];
        byte[] more = new byte[65_536];
        try
        {
            for (int count; (count = await stream.ReadAsync(more)) > 0;)
            {
                received = [.. received, .. more.AsSpan(0, count)];
                while (TryTake(ref received, out string packet, out byte[] answer))
                {
                    if (answer.Length > 0)
                        await stream.WriteAsync(answer);
                    packets.TryWrite(packet);
                }
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // It has gone.
        }

        packets.TryWrite("end");
    }

    private bool TryTake(ref byte[] received, out string packet, out byte[] answer)
    {
        var buffer = new ReadOnlySequence<byte>(received);
        (packet, answer) = ("", []);
        if (MqttFraming.TryReadFrame(buffer, MqttFraming.MaxPacketSize, out MqttFrame frame, out MqttError error) != MqttReadStatus.Complete)
            return error.IsError ? throw new InvalidDataException(error.ToString()) : false;
        using MqttBody body = frame.OpenBody();
        var output = new ArrayBufferWriter<byte>();
        packet = Read(frame, body.Span, output);
        answer = output.WrittenSpan.ToArray();
        received = buffer.Slice(frame.End).ToArray();
        return true;
    }

    private string Read(in MqttFrame frame, ReadOnlySpan<byte> body, ArrayBufferWriter<byte> output)
    {
        switch (frame.Type)
        {
            case MqttPacketType.Connect:
                Assert.True(ConnectPacket.TryParse(body, out ConnectPacket connect, out _));
                return $"Connect {Text(connect.ClientId)} clean={connect.CleanSession} user={Text(connect.UserName)} password={Text(connect.Password)}";
            case MqttPacketType.Subscribe:
                Assert.True(SubscribePacket.TryParse(body, out SubscribePacket subscribe, out _));
                string filters = "";
                byte code = 0;
                foreach (TopicSubscription entry in subscribe)
                {
                    filters += $" {Text(entry.Filter)}";
                    code = Grant(Text(entry.Filter));
                }

                MqttWriter.WriteSubAck(output, subscribe.PacketId, code);
                return $"Subscribe{filters}";
            case MqttPacketType.PubAck:
                Assert.True(AckPacket.TryParse(body, out AckPacket ack, out _));
                return $"PubAck {ack.PacketId}";
            case MqttPacketType.Publish:
                Assert.True(PublishPacket.TryParse(frame.Flags, body, out PublishPacket publish, out _));
                if (TakesAnswers)
                    MqttWriter.WritePubAck(output, publish.PacketId);
                return $"Publish {Text(publish.Topic)} {Text(publish.Payload)}";
            default:
                return frame.Type.ToString();
        }
    }

    private Task SendAsync(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return _stream.WriteAsync(output.WrittenMemory).AsTask().WaitAsync(TestGateway.Deadline);
    }

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
