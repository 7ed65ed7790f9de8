using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Defender.Gateway.Mqtt.Routing;
using Defender.Mqtt;

namespace Defender.Gateway.Mqtt.Sessions;

/// <summary>
/// The messages on their way to one session: some are unacknowledged, further ones wait in order, bounded by the limits and
/// the memory budget. While the client is away they wait for it if the session outlives its connections. Any thread may call.
/// </summary>
internal sealed class DeliveryWindow(MqttLimits limits, MemoryBudget budget, TimeProvider timeProvider, bool outlivesConnection)
{
    private readonly Lock _gate = new();
    private Dictionary<ushort, InFlight>? _unacknowledged;
    private Queue<Waiting>? _waiting;
    private Queue<ushort>? _repeats;
    private IDeliveryTarget? _client;
    private int _waitingBytes;
    private int _inheritedBytes;
    private ushort _lastPacketId;
    private long _sent;

    /// <summary>Messages that wait, those that are unacknowledged not among them.</summary>
    public int Queued
    {
        get
        {
            lock (_gate)
                return _waiting?.Count ?? 0;
        }
    }

    /// <summary>Messages that are unacknowledged.</summary>
    public int Unacknowledged
    {
        get
        {
            lock (_gate)
                return _unacknowledged?.Count ?? 0;
        }
    }

    /// <summary>Whether one more message would leave at once, and leave room for others: what can wait anywhere need not wait here.</summary>
    public bool HasRoom
    {
        get
        {
            lock (_gate)
                return _client is { HasRoom: true } && !(_repeats?.Count > 0) && !(_waiting?.Count > 0) && !(_unacknowledged?.Count >= Window(_client));
        }
    }

    /// <summary>Takes a message for the session.</summary>
    public Delivery Deliver(ref OutgoingMessage message, MqttQoS qos, bool retain, uint[] subscriptionIds)
    {
        lock (_gate)
        {
            if (_client is null)
                return qos == MqttQoS.AtMostOnce ? Delivery.Dropped : Enqueue(ref message, qos, retain, subscriptionIds);
            if (!_client.MayReceive(message.Topic))
                return Delivery.Denied;
            if (qos == MqttQoS.AtMostOnce)
                return _client.SendPublish(ref message, new PublishHeader(qos, retain, 0, IsRepeated: false, subscriptionIds));
            return _unacknowledged?.Count >= Window(_client) || _waiting?.Count > 0 || _repeats?.Count > 0
                ? Enqueue(ref message, qos, retain, subscriptionIds)
                : Send(_client, ref message, qos, retain, subscriptionIds);
        }
    }

    /// <summary>Takes a PUBACK or a PUBCOMP, or a PUBREC that refuses, and sends what waited; false when the client cannot be kept.</summary>
    public bool Complete(ushort packetId)
    {
        lock (_gate)
        {
            if (_unacknowledged is not null && _unacknowledged.Remove(packetId, out InFlight done))
                Return(done.Message);
            return Pump();
        }
    }

    /// <summary>Takes a PUBREC: the message need not be sent again. False when the identifier is unknown.</summary>
    public bool Release(ushort packetId)
    {
        lock (_gate)
        {
            if (_unacknowledged is null || !_unacknowledged.TryGetValue(packetId, out InFlight known) || known.QoS != MqttQoS.ExactlyOnce)
                return false;
            Return(known.Message);
            _unacknowledged[packetId] = known with { Message = null, IsReleased = true };
            return true;
        }
    }

    /// <summary>
    /// The client is here: sends what is unacknowledged again, in order, then what waits, as far as there is room; the rest goes
    /// with its acknowledgements. False when it cannot be kept.
    /// </summary>
    public bool Attach(IDeliveryTarget client)
    {
        lock (_gate)
        {
            _client = client;
            _inheritedBytes = _waitingBytes;
            _repeats = _unacknowledged is { Count: > 0 } ? new(_unacknowledged.OrderBy(entry => entry.Value.Number).Select(entry => entry.Key)) : null;
            return Pump();
        }
    }

    /// <summary>The client is gone; without a session that outlives it nothing is left.</summary>
    public void Detach()
    {
        lock (_gate)
        {
            _client = null;
            _repeats = null;
            if (!outlivesConnection)
                Clear();
        }
    }

    /// <summary>Drops everything; the session is over.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            foreach (Waiting waiting in _waiting ?? [])
                budget.Return(waiting.Message.Size);
            foreach (InFlight sent in _unacknowledged?.Values ?? Enumerable.Empty<InFlight>())
                Return(sent.Message);
            _waiting = null;
            _repeats = null;
            _waitingBytes = 0;
            _unacknowledged = null;
        }
    }

    private int Window(IDeliveryTarget client) => Math.Min(limits.MaxUnacknowledged, client.ReceiveMaximum);

    private Delivery Enqueue(ref OutgoingMessage message, MqttQoS qos, bool retain, uint[] subscriptionIds)
    {
        bool isHere = _client is not null;
        if (!isHere && (!outlivesConnection || _waiting?.Count >= limits.MaxQueuedMessages))
            return Delivery.Dropped;
        Message kept = message.Keep();
        // What it found when it came is not held against it.
        if (_waitingBytes + kept.Size > (isHere ? limits.MaxPendingBytes + (long)_inheritedBytes : limits.MaxQueuedBytes))
            return isHere ? Delivery.Overrun : Delivery.Dropped;
        if (!budget.TryTake(kept.Size))
            return Delivery.Shed;
        _waitingBytes += kept.Size;
        (_waiting ??= new()).Enqueue(new Waiting(kept, qos, retain, subscriptionIds));
        return Delivery.Queued;
    }

    // As long as something is sent and unacknowledged, its acknowledgement brings us back here.
    private bool MayGoOn(IDeliveryTarget client)
    {
        int underway = (_unacknowledged?.Count ?? 0) - (_repeats?.Count ?? 0);
        return underway < Window(client) && (underway <= 0 || client.HasRoom);
    }

    private bool Pump()
    {
        while (_client is not null && _repeats?.Count > 0 && MayGoOn(_client))
        {
            ushort packetId = _repeats.Dequeue();
            if (_unacknowledged!.TryGetValue(packetId, out InFlight sent)
                && !(sent.IsReleased ? _client.SendPubRel(packetId) : Repeat(_client, packetId, sent)))
                return false;
        }

        while (_client is not null && !(_repeats?.Count > 0) && _waiting?.Count > 0 && MayGoOn(_client))
        {
            Waiting next = _waiting.Dequeue();
            _waitingBytes -= next.Message.Size;
            _inheritedBytes = Math.Max(0, _inheritedBytes - next.Message.Size);
            budget.Return(next.Message.Size);
            // Rights and lifetimes are those of now, not of when it was queued.
            if (next.Message.ExpiresAt <= timeProvider.GetTimestamp() || !_client.MayReceive(next.Message.Topic))
                continue;
            var message = new OutgoingMessage(next.Message);
            if (Send(_client, ref message, next.QoS, next.Retain, next.SubscriptionIds) == Delivery.Overrun)
                return false;
        }

        return true;
    }

    private Delivery Send(IDeliveryTarget client, ref OutgoingMessage message, MqttQoS qos, bool retain, uint[] subscriptionIds)
    {
        Message? kept = outlivesConnection ? message.Keep() : null;
        if (kept is not null && !budget.TryTake(kept.Size))
            return Delivery.Shed;
        _unacknowledged ??= [];
        do
        {
            _lastPacketId++;
        }
        while (_lastPacketId == 0 || _unacknowledged.ContainsKey(_lastPacketId));
        _unacknowledged.Add(_lastPacketId, new InFlight(kept, qos, retain, subscriptionIds, ++_sent, IsReleased: false));
        Delivery delivery = client.SendPublish(ref message, new PublishHeader(qos, retain, _lastPacketId, IsRepeated: false, subscriptionIds));
        if (delivery != Delivery.Sent && _unacknowledged.Remove(_lastPacketId))
            Return(kept);
        return delivery;
    }

    private bool Repeat(IDeliveryTarget client, ushort packetId, InFlight sent)
    {
        Delivery delivery = Delivery.Denied;
        if (sent.Message!.ExpiresAt > timeProvider.GetTimestamp() && client.MayReceive(sent.Message.Topic))
        {
            var message = new OutgoingMessage(sent.Message);
            delivery = client.SendPublish(ref message, new PublishHeader(sent.QoS, sent.Retain, packetId, IsRepeated: true, sent.SubscriptionIds));
        }

        if (delivery != Delivery.Sent && _unacknowledged!.Remove(packetId))
            Return(sent.Message);
        return delivery != Delivery.Overrun;
    }

    private void Return(Message? message)
    {
        if (message is not null)
            budget.Return(message.Size);
    }

    private readonly record struct Waiting(Message Message, MqttQoS QoS, bool Retain, uint[] SubscriptionIds);

    private readonly record struct InFlight(Message? Message, MqttQoS QoS, bool Retain, uint[] SubscriptionIds, long Number, bool IsReleased);
}
