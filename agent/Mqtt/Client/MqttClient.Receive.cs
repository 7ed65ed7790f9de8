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
    private readonly ConcurrentDictionary<ushort, byte> _unacknowledged = new();

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

        return message.QoS == MqttQoS.AtLeastOnce && _unacknowledged.TryRemove(message.PacketId, out _)
            ? SendAsync(message.PacketId, MqttWriter.WritePubAck, ct)
            : Task.CompletedTask;
    }

    private async Task ReceiveAsync(CancellationToken ct)
    {
        try
        {
            while (true)
            {
                MqttFrame frame = await _frames.ReadAsync(ct);
                if (frame.Type == MqttPacketType.Publish)
                {
                    await DeliverAsync(ReadPublish(frame), ct);
                }
                else
                {
                    Settle(frame);
                }
            }
        }
        catch (Exception exception)
        {
            End(exception as MqttException
                ?? new MqttException(MqttFailure.Network, $"Receiving failed: {exception.Message}", exception));
        }
        finally
        {
            _frames.Complete();
        }
    }

    private MqttMessage ReadPublish(in MqttFrame frame)
    {
        using MqttBody body = frame.OpenBody();
        if (!PublishPacket.TryParse(frame.Flags, body.Span, out PublishPacket packet, out MqttError error))
        {
            throw Malformed(frame, error);
        }

        if (packet.QoS == MqttQoS.ExactlyOnce)
        {
            // MQTT-3.8.4-6: never above the granted QoS, and this client asks for 1 at most.
            throw new MqttException(MqttFailure.Protocol, "The server sent a QoS 2 message, which was not subscribed to.");
        }

        return new MqttMessage(Encoding.UTF8.GetString(packet.Topic), packet.Payload.ToArray(), packet.QoS, packet.Retain)
        {
            PacketId = packet.PacketId,
            Receiver = this,
        };
    }

    private async ValueTask DeliverAsync(MqttMessage message, CancellationToken ct)
    {
        // Before the application can see it, and acknowledge it.
        if (_options.ManualAcknowledgement && message.QoS == MqttQoS.AtLeastOnce && !_unacknowledged.TryAdd(message.PacketId, 0))
        {
            // MQTT-2.3.1-4: an identifier is free again only after its acknowledgement.
            throw new MqttException(MqttFailure.Protocol, $"The server used packet identifier {message.PacketId} again before its acknowledgement.");
        }

        if (!_messages.Writer.TryWrite(message))
        {
            _stalled = true;
            try
            {
                await _messages.Writer.WriteAsync(message, ct);
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
            await _sender.SendAsync(message.PacketId, MqttWriter.WritePubAck, last: false, ct);
        }
    }

    private void Settle(in MqttFrame frame)
    {
        using MqttBody body = frame.OpenBody();
        MqttError error;
        switch (frame.Type)
        {
            case MqttPacketType.PubAck or MqttPacketType.UnsubAck:
                if (AckPacket.TryParse(body.Span, out AckPacket ack, out error))
                {
                    Complete(frame.Type, ack.PacketId, 0);
                }

                break;
            case MqttPacketType.SubAck:
                if (SubAckPacket.TryParse(body.Span, out SubAckPacket subAck, out error))
                {
                    Complete(
                        frame.Type,
                        subAck.PacketId,
                        subAck.ReturnCodes is [byte code]
                            ? code
                            : throw new MqttException(MqttFailure.Protocol, "SUBACK has more codes than SUBSCRIBE had filters."));
                }

                break;
            case MqttPacketType.PingResp:
                if (EmptyPacket.TryParse(body.Span, out error))
                {
                    Interlocked.Exchange(ref _pong, null)?.TrySetResult();
                }

                break;
            default:
                throw new MqttException(MqttFailure.Protocol, $"The server sent {frame.Type}, which it must not at this point.");
        }

        if (error.IsError)
        {
            throw Malformed(frame, error);
        }
    }

    private void Complete(MqttPacketType ack, ushort packetId, byte code)
    {
        if (!_inFlight.TryComplete(ack, packetId, code))
        {
            throw new MqttException(MqttFailure.Protocol, $"The server sent {ack} for packet {packetId}, which does not wait for it.");
        }
    }

    private static MqttException Malformed(in MqttFrame frame, MqttError error)
        => new(MqttFailure.Protocol, $"The server sent a malformed {frame.Type}: {error.Message}");
}
