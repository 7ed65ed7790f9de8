using System;
using System.Buffers;
using System.IO;
using System.Net.Sockets;
using System.Security.Authentication;
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
            transport = await OpenAsync(options, either.Token);
            var frames = new FrameReader(transport.Stream, options.MaxPacketSize, options.Version);
            var sender = new PacketSender(transport.Stream, options.AckTimeout, options.TimeProvider);
            await SendConnectAsync(sender, frames, options, either.Token);
            MqttServerLimits server = ReadConnAck(await frames.ReadAsync(either.Token), options, out bool sessionPresent);
            sender.MaxPacketSize = server.MaxPacketSize;
            return new MqttClient(options, server, transport, frames, sender, sessionPresent);
        }
        catch (Exception exception)
        {
            transport?.Dispose();
            if (exception is OperationCanceledException && !ct.IsCancellationRequested)
            {
                throw new MqttException(
                    MqttFailure.Timeout,
                    $"The server did not accept the connection within {(long)options.ConnectTimeout.TotalMilliseconds} ms.",
                    exception);
            }

            throw;
        }
    }

    private static async Task SendConnectAsync(PacketSender sender, FrameReader frames, MqttClientOptions options, CancellationToken ct)
    {
        try
        {
            await sender.SendAsync(new OutgoingPacket { Type = MqttPacketType.Connect, Options = options }, last: false, ct);
        }
        catch (MqttException failure) when (failure.Failure == MqttFailure.Network)
        {
            // A server that has closed already may have said why: a TLS 1.3 alert about the client's certificate, or a CONNACK.
            try
            {
                ReadConnAck(await frames.ReadAsync(ct), options, out _);
            }
            catch (MqttException silence) when (silence.Failure == MqttFailure.Closed)
            {
                throw failure;
            }

            throw;
        }
    }

    private static async Task<MqttTransport> OpenAsync(MqttClientOptions options, CancellationToken ct)
    {
        try
        {
            if (options.OpenTransport is { } open)
            {
                return await open(ct);
            }

            return SocketTransport.IsSupported
                ? await SocketTransport.OpenAsync(options, ct)
                : throw new NotSupportedException("This executable was published without sockets: set OpenTransport.");
        }
        catch (Exception exception) when (exception is SocketException or IOException or AuthenticationException)
        {
            // Whom to is said by who asked.
            throw new MqttException(MqttFailure.Network, exception.Message, exception);
        }
    }

    internal static void WriteConnect(IBufferWriter<byte> output, MqttClientOptions options)
    {
        // Three numbers of at most five bytes each.
        var properties = new MqttPropertyWriter(MqttPacketType.Connect, stackalloc byte[15]);
        if (options.Version == MqttVersion.V5)
        {
            properties.Add(MqttPropertyId.MaximumPacketSize, (uint)options.MaxPacketSize);
            if (options.SessionExpiry > TimeSpan.Zero)
            {
                properties.Add(MqttPropertyId.SessionExpiryInterval, (uint)options.SessionExpiry.TotalSeconds);
            }

            if (options.ReceiveMaximum < ushort.MaxValue)
            {
                properties.Add(MqttPropertyId.ReceiveMaximum, (uint)options.ReceiveMaximum);
            }
        }

        MqttWriter.WriteConnect(output, new ConnectPacket
        {
            Version = options.Version,
            Properties = properties.Properties,
            ClientId = Encoding.UTF8.GetBytes(options.ClientId),
            CleanSession = options.CleanSession,
            KeepAliveSeconds = (ushort)options.KeepAlive.TotalSeconds,
            HasUserName = options.UserName is not null,
            UserName = Encoding.UTF8.GetBytes(options.UserName ?? ""),
            HasPassword = !options.Password.IsEmpty,
            Password = options.Password.Span,
        });
    }

    private static MqttServerLimits ReadConnAck(in MqttFrame frame, MqttClientOptions options, out bool sessionPresent)
    {
        if (frame.Type != MqttPacketType.ConnAck)
        {
            // MQTT-3.2.0-1: the first packet of the server is CONNACK.
            throw new MqttException(MqttFailure.Protocol, $"The server answered CONNECT with {frame.Type.Word()}.");
        }

        using MqttBody body = frame.OpenBody();
        // A server that only knows MQTT 3.1.1 refuses a later version in its own words: two bytes, no properties.
        MqttVersion version = options.Version == MqttVersion.V5 && body.Span is [0, not 0] ? MqttVersion.V311 : options.Version;
        if (!ConnAckPacket.TryParse(body.Span, out ConnAckPacket packet, out MqttError error, version))
        {
            throw new MqttException(MqttFailure.Protocol, $"The server sent a malformed CONNACK: {error.Message}");
        }

        if (packet.ReturnCode != ConnectReturnCode.Accepted)
        {
            throw Refusal(packet, version, options);
        }

        // MQTT-3.2.2-1: nothing is kept for a clean session.
        sessionPresent = packet.SessionPresent;
        return sessionPresent && options.CleanSession
            ? throw new MqttException(MqttFailure.Protocol, "The server claims to have kept a session that was to be clean.")
            : MqttServerLimits.Read(packet, options);
    }

    private static MqttException Refusal(in ConnAckPacket packet, MqttVersion version, MqttClientOptions options)
    {
        string refusal = $"The server refuses client '{options.ClientId}'";
        if (version == MqttVersion.V5)
        {
            return new MqttException(MqttFailure.Refused, $"{refusal}: {MqttException.Describe(packet.ReasonCode, packet.Properties)}.")
            {
                ReasonCode = packet.ReasonCode,
            };
        }

        string hint = version == options.Version ? "" : "; it does not speak MQTT 5.0, connect with 3.1.1";
        return new MqttException(MqttFailure.Refused, $"{refusal}: {packet.ReturnCode.Word()} ({(byte)packet.ReturnCode}){hint}.")
        {
            ReturnCode = packet.ReturnCode,
        };
    }
}
