using System;
using System.Buffers;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Defender.Mqtt.Packets;

namespace Defender.Mqtt.Client;

public sealed partial class MqttClient
{
    /// <summary>Opens a connection: name resolution, TCP, TLS when asked for, CONNECT and CONNACK.</summary>
    /// <param name="options">Whom to connect to, and how.</param>
    /// <param name="ct">Gives the attempt up.</param>
    /// <exception cref="ArgumentException">An option is outside of its range.</exception>
    /// <exception cref="MqttException">The server cannot be reached, does not answer in time, refuses, or does not speak MQTT.</exception>
    public static async Task<MqttClient> ConnectAsync(MqttClientOptions options, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        MqttTransport? transport = null;
        try
        {
            transport = await MqttTransport.OpenAsync(options, either.Token);
            var frames = new FrameReader(transport.Stream, options.MaxPacketSize);
            var sender = new PacketSender(transport.Stream, options.AckTimeout, options.TimeProvider);
            await sender.SendAsync(options, WriteConnect, last: false, either.Token);
            bool sessionPresent = ReadConnAck(await frames.ReadAsync(either.Token), options);
            return new MqttClient(options, transport, frames, sender, sessionPresent);
        }
        catch (Exception exception)
        {
            transport?.Dispose();
            if (exception is OperationCanceledException && !ct.IsCancellationRequested)
            {
                throw new MqttException(
                    MqttFailure.Timeout,
                    $"{options.Host}:{options.Port} did not accept the connection within {options.ConnectTimeout}.",
                    exception);
            }

            throw;
        }
    }

    private static void WriteConnect(IBufferWriter<byte> output, MqttClientOptions options)
        => MqttWriter.WriteConnect(output, new ConnectPacket
        {
            ClientId = Encoding.UTF8.GetBytes(options.ClientId),
            CleanSession = options.CleanSession,
            KeepAliveSeconds = (ushort)options.KeepAlive.TotalSeconds,
            HasUserName = options.UserName is not null,
            UserName = Encoding.UTF8.GetBytes(options.UserName ?? ""),
            HasPassword = !options.Password.IsEmpty,
            Password = options.Password.Span,
        });

    private static bool ReadConnAck(in MqttFrame frame, MqttClientOptions options)
    {
        if (frame.Type != MqttPacketType.ConnAck)
        {
            // MQTT-3.2.0-1: the first packet of the server is CONNACK.
            throw new MqttException(MqttFailure.Protocol, $"The server answered CONNECT with {frame.Type}.");
        }

        using MqttBody body = frame.OpenBody();
        if (!ConnAckPacket.TryParse(body.Span, out ConnAckPacket packet, out MqttError error))
        {
            throw new MqttException(MqttFailure.Protocol, $"The server sent a malformed CONNACK: {error.Message}");
        }

        if (packet.ReturnCode != ConnectReturnCode.Accepted)
        {
            throw new MqttException(
                MqttFailure.Refused,
                $"{options.Host}:{options.Port} refuses client '{options.ClientId}': {packet.ReturnCode} ({(byte)packet.ReturnCode}).")
            { ReturnCode = packet.ReturnCode };
        }

        // MQTT-3.2.2-1: nothing is kept for a clean session.
        return packet.SessionPresent && options.CleanSession
            ? throw new MqttException(MqttFailure.Protocol, "The server claims to have kept a session that was to be clean.")
            : packet.SessionPresent;
    }
}
