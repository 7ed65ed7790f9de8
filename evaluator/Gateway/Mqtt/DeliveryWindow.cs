using System;
using System.Collections.Generic;
using Defender.Mqtt;
using Defender.Mqtt.Packets;

namespace Defender.Gateway.Mqtt;

/// <summary>
/// QoS 1 messages on their way to one client: <see cref="MqttLimits.MaxUnacknowledged"/> may be unacknowledged, further ones
/// wait in order, up to <see cref="MqttLimits.MaxPendingBytes"/>. Any thread may send.
/// </summary>
internal sealed class DeliveryWindow(MqttOutput output)
{
    // What a message that waits takes beside its bytes: two arrays and a place in the queue.
    private const int Overhead = 64;

    private readonly HashSet<ushort> _unacknowledged = [];
    private readonly Queue<(byte[] Topic, byte[] Payload)> _waiting = [];
    private int _waitingBytes;
    private ushort _lastPacketId;

    /// <summary>Sends a message now or when others are acknowledged; false when the client cannot be kept.</summary>
    public bool TrySend(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
    {
        lock (_unacknowledged)
        {
            if (_unacknowledged.Count < MqttLimits.MaxUnacknowledged)
                return TrySendNow(topic, payload);
            int size = topic.Length + payload.Length + Overhead;
            if (_waitingBytes + size > MqttLimits.MaxPendingBytes)
                return false;
            _waitingBytes += size;
            _waiting.Enqueue((topic.ToArray(), payload.ToArray()));
            return true;
        }
    }

    /// <summary>Takes a PUBACK, of whatever identifier, and sends what waited for it; false when the client cannot be kept.</summary>
    public bool TryAcknowledge(ushort packetId)
    {
        lock (_unacknowledged)
        {
            if (!_unacknowledged.Remove(packetId) || !_waiting.TryDequeue(out (byte[] Topic, byte[] Payload) next))
                return true;
            _waitingBytes -= next.Topic.Length + next.Payload.Length + Overhead;
            return TrySendNow(next.Topic, next.Payload);
        }
    }

    private bool TrySendNow(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
    {
        do
        {
            _lastPacketId++;
        }
        while (_lastPacketId == 0 || !_unacknowledged.Add(_lastPacketId));
        return output.TrySend(
            new PublishPacket { Topic = topic, Payload = payload, QoS = MqttQoS.AtLeastOnce, PacketId = _lastPacketId },
            static (buffer, packet) => MqttWriter.WritePublish(buffer, packet));
    }
}
