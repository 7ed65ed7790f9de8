using System;
using System.Collections.Concurrent;
using System.Text;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Defender.Mqtt.Packets;

namespace Defender.Mqtt.Client;

public sealed partial class MqttClient
{
    /// <summary>Set while the read loop waits for room in <see cref="Messages"/>.</summary>
    private volatile bool _stalled;

    /// <summary>When the read loop last went on after such a wait.</summary>
    private long _resumed;

    /// <summary>Deliveries that the application has yet to acknowledge; each is one that it holds or that waits in the channel.</summary>
    private readonly ConcurrentDictionary<ushort, byte>? _unacknowledged = HasMessages ? new() : null;

    /// <summary>
    /// Tells the server that a message is dealt with, with <see cref="MqttClientOptions.ManualAcknowledgement"/>. Messages of QoS 0, and
    /// those acknowledged before, are passed over. Acknowledge in the order of the deliveries (MQTT-4.6.0-2).
    /// </summary>
    /// <param name="message">One that <see cref="Messages"/> of this connection gave.</param>
    /// <param name="ct">Ends the wait for other senders; the message is then no longer to be acknowledged.</param>
    /// <exception cref="ArgumentException">The message came on another connection, on which the server repeats it.</exception>
    /// <exception cref="InvalidOperationException">The client acknowledges by itself.</exception>
    /// <exception cref="MqttException">The connection is over: the server delivers the message again if the session is not clean.</exception>
    public Task AcknowledgeAsync(MqttMessage message, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (!_options.ManualAcknowledgement)
        {
            throw new InvalidOperationException("This client acknowledges messages by itself: see ManualAcknowledgement.");
        }

        if (message.Receiver != this)
        {
            throw new ArgumentException("The message came on another connection.", nameof(message));
        }

        return message.QoS == MqttQoS.AtLeastOnce && _unacknowledged!.TryRemove(message.PacketId, out _)
            ? SendAsync(PubAck(message.PacketId), ct)
            : Task.CompletedTask;
    }

    private static OutgoingPacket PubAck(ushort packetId) => new() { Type = MqttPacketType.PubAck, PacketId = packetId };

    private async Task ReceiveAsync(CancellationToken ct)
    {
        try
        {
            while (true)
            {
                // Everything below has its waits on the context where there is one.
                MqttFrame frame = await _frames.ReadAsync(ct).ConfigureAwait(false);
                if (frame.Type == MqttPacketType.Publish && _options.OnMessage is { } take)
                {
                    if (HandOver(frame, take) is > 0 and ushort packetId && _closing == 0)
                    {
                        await _sender.SendAsync(PubAck(packetId), last: false, ct);
                    }
                }
                else if (frame.Type == MqttPacketType.Publish)
                {
                    await (HasMessages ? DeliverAsync(ReadPublish(frame), ct) : throw NoMessages());
                }
                else
                {
                    Settle(frame);
                }
            }
        }
        catch (Exception exception)
        {
            MqttException failure = exception as MqttException
                ?? new MqttException(MqttFailure.Network, $"Receiving failed: {exception.Message}", exception);
            if (failure.Failure == MqttFailure.Protocol && _options.Version == MqttVersion.V5 && _closing == 0)
            {
                await SayProtocolErrorAsync();
            }

            End(failure);
        }
    }

    /// <summary>v5 section 4.13.2: who finds the error may say so before it closes. A server that does not read is not waited for.</summary>
    private async Task SayProtocolErrorAsync()
    {
        try
        {
            await _sender.SendAsync(
                new OutgoingPacket { Type = MqttPacketType.Disconnect, Reason = MqttReasonCode.ProtocolError }, last: true, CancellationToken.None)
                .WaitAsync(Linger, _options.TimeProvider);
        }
        catch (Exception exception) when (exception is MqttException or TimeoutException)
        {
            // It is closed anyway.
        }
    }

    /// <returns>The packet identifier to acknowledge; 0 for none.</returns>
    private ushort HandOver(in MqttFrame frame, MqttMessageHandler take)
    {
        using MqttBody body = frame.OpenBody();
        PublishPacket packet = Parse(frame, body.Span);
        take(packet.Topic, packet.Payload);
        return packet.PacketId;
    }

    private MqttMessage ReadPublish(in MqttFrame frame)
    {
        using MqttBody body = frame.OpenBody();
        PublishPacket packet = Parse(frame, body.Span);
        return new MqttMessage(Encoding.UTF8.GetString(packet.Topic), packet.Payload.ToArray(), packet.QoS, packet.Retain)
        {
            PacketId = packet.PacketId,
            Receiver = this,
        };
    }

    private PublishPacket Parse(in MqttFrame frame, ReadOnlySpan<byte> body)
    {
        if (!PublishPacket.TryParse(frame.Flags, body, out PublishPacket packet, out MqttError error, _options.Version, fromServer: true))
        {
            throw Malformed(frame, error);
        }

        if (packet.QoS == MqttQoS.ExactlyOnce)
        {
            // MQTT-3.8.4-6: never above the granted QoS, and this client asks for 1 at most.
            throw new MqttException(MqttFailure.Protocol, "The server sent a QoS 2 message, which was not subscribed to.");
        }

        if (packet.Properties.Contains(MqttPropertyId.TopicAlias))
        {
            // v5 MQTT-3.1.2-26: CONNECT allowed none.
            throw new MqttException(MqttFailure.Protocol, "The server uses a topic alias, which it was not allowed.");
        }

        return packet;
    }

    private async ValueTask DeliverAsync(MqttMessage message, CancellationToken ct)
    {
        // Before the application can see it, and acknowledge it.
        if (_options.ManualAcknowledgement && message.QoS == MqttQoS.AtLeastOnce && !_unacknowledged!.TryAdd(message.PacketId, 0))
        {
            // MQTT-2.3.1-4: an identifier is free again only after its acknowledgement.
            throw new MqttException(MqttFailure.Protocol, $"The server used packet identifier {message.PacketId} again before its acknowledgement.");
        }

        if (!_messages!.Writer.TryWrite(message))
        {
            _stalled = true;
            try
            {
                await _messages!.Writer.WriteAsync(message, ct);
            }
            catch (ChannelClosedException)
            {
                // The application has disconnected: without PUBACK the message stays the server's.
                return;
            }
            finally
            {
                Volatile.Write(ref _resumed, _options.TimeProvider.GetTimestamp());
                _stalled = false;
            }
        }

        if (!_options.ManualAcknowledgement && message.QoS == MqttQoS.AtLeastOnce && _closing == 0)
        {
            await _sender.SendAsync(PubAck(message.PacketId), last: false, ct);
        }
    }

    private void Settle(in MqttFrame frame)
    {
        bool isV5 = _options.Version == MqttVersion.V5;
        using MqttBody body = frame.OpenBody();
        MqttError error;
        switch (frame.Type)
        {
            case MqttPacketType.UnsubAck when isV5:
                if (UnsubAckPacket.TryParse(body.Span, out UnsubAckPacket unsubAck, out error))
                {
                    Complete(frame.Type, unsubAck.PacketId, (byte)OnlyCode(frame.Type, unsubAck.ReasonCodes), unsubAck.Properties);
                }

                break;
            case MqttPacketType.PubAck or MqttPacketType.UnsubAck:
                if (AckPacket.TryParse(frame.Type, body.Span, _options.Version, out AckPacket ack, out error))
                {
                    Complete(frame.Type, ack.PacketId, (byte)ack.ReasonCode, ack.Properties);
                }

                break;
            case MqttPacketType.SubAck:
                if (SubAckPacket.TryParse(body.Span, out SubAckPacket subAck, out error, _options.Version))
                {
                    Complete(frame.Type, subAck.PacketId, (byte)OnlyCode(frame.Type, subAck.ReasonCodes), subAck.Properties);
                }

                break;
            case MqttPacketType.Disconnect when isV5:
                if (DisconnectPacket.TryParse(body.Span, out DisconnectPacket disconnect, out error, _options.Version, fromServer: true))
                {
                    throw new MqttException(
                        MqttFailure.Closed, $"The server has disconnected: {MqttException.Describe(disconnect.ReasonCode, disconnect.Properties)}.")
                    { ReasonCode = disconnect.ReasonCode };
                }

                break;
            case MqttPacketType.PingResp:
                if (EmptyPacket.TryParse(body.Span, out error))
                {
                    // MQTT 3.1.1, section 3.13: it answers a PINGREQ. A server that sends others could keep this side busy for ever.
                    if (!_awaitsPong)
                    {
                        throw new MqttException(MqttFailure.Protocol, "The server sent PingResp, which nobody asked for.");
                    }

                    _awaitsPong = false;
                    _pong.Set();
                }

                break;
            default:
                throw new MqttException(MqttFailure.Protocol, $"The server sent {frame.Type.Word()}, which it must not at this point.");
        }

        if (error.IsError)
        {
            throw Malformed(frame, error);
        }
    }

    /// <summary>The code of the one filter that this client asks for in a packet.</summary>
    private static MqttReasonCode OnlyCode(MqttPacketType ack, ReadOnlySpan<MqttReasonCode> codes) => codes is [MqttReasonCode code]
        ? code
        : throw new MqttException(MqttFailure.Protocol, $"The server sent {ack.Word()} with more codes than there were filters.");

    private void Complete(MqttPacketType ack, ushort packetId, byte code, scoped MqttProperties properties)
    {
        bool hasWords = _options.Version == MqttVersion.V5 && new Acknowledgement(code).IsRefusal;
        string? words = hasWords ? MqttException.Describe((MqttReasonCode)code, properties) : null;
        if (!_inFlight.TryComplete(ack, packetId, new Acknowledgement(code, words)))
        {
            throw new MqttException(MqttFailure.Protocol, $"The server sent {ack.Word()} for packet {packetId}, which does not wait for it.");
        }
    }

    private static MqttException Malformed(in MqttFrame frame, MqttError error)
        => new(MqttFailure.Protocol, $"The server sent a malformed {frame.Type.Word()}: {error.Message}");
}
