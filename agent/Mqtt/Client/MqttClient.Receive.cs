using System;
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

    private static (MqttMessage Message, ushort PacketId) ReadPublish(in MqttFrame frame)
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

        var message = new MqttMessage(Encoding.UTF8.GetString(packet.Topic), packet.Payload.ToArray(), packet.QoS, packet.Retain);
        return (message, packet.PacketId);
    }

    private async ValueTask DeliverAsync((MqttMessage Message, ushort PacketId) delivery, CancellationToken ct)
    {
        if (!_messages.Writer.TryWrite(delivery.Message))
        {
            _stalled = true;
            try
            {
                await _messages.Writer.WriteAsync(delivery.Message, ct);
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

        if (delivery.Message.QoS == MqttQoS.AtLeastOnce && _closing == 0)
        {
            await _sender.SendAsync(delivery.PacketId, MqttWriter.WritePubAck, last: false, ct);
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
