using System;
using System.Collections.Generic;
using Defender.Mqtt;

namespace Defender.Gateway.Mqtt;

/// <summary>The clients that are connected and what they subscribe to. Thread-safe.</summary>
internal sealed class MqttEndpoint
{
    private readonly object _gate = new();
    private readonly Dictionary<string, MqttSession> _sessions = new(StringComparer.Ordinal);
    private readonly SubscriptionTree<MqttSession> _subscriptions = new();
    private readonly Dictionary<MqttSession, MqttQoS> _matches = [];

    /// <summary>Clients connected now.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _sessions.Count;
        }
    }

    /// <summary>Adds a client; false when there are <see cref="MqttLimits.MaxConnections"/>.</summary>
    /// <param name="session">The client.</param>
    /// <param name="replaced">The client that had the same identifier, to be closed: the newer one wins (MQTT-3.1.4-2).</param>
    public bool TryRegister(MqttSession session, out MqttSession? replaced)
    {
        lock (_gate)
        {
            if (_sessions.TryGetValue(session.ClientId, out replaced))
                Forget(replaced);
            else if (_sessions.Count >= MqttLimits.MaxConnections)
                return false;
            _sessions[session.ClientId] = session;
            return true;
        }
    }

    /// <summary>Removes a client and its subscriptions; without effect when another took its place.</summary>
    public void Unregister(MqttSession session)
    {
        lock (_gate)
        {
            if (_sessions.TryGetValue(session.ClientId, out MqttSession? current) && current == session)
                Forget(session);
        }
    }

    /// <summary>Subscribes a client; false when it has <see cref="MqttLimits.MaxSubscriptions"/>, or is no longer registered.</summary>
    public bool TrySubscribe(MqttSession session, ReadOnlySpan<byte> filter, MqttQoS qos)
    {
        lock (_gate)
        {
            if (_sessions.GetValueOrDefault(session.ClientId) != session)
                return false;
            HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> filters = session.Filters.GetAlternateLookup<ReadOnlySpan<byte>>();
            if (!filters.Contains(filter) && session.Filters.Count >= MqttLimits.MaxSubscriptions)
                return false;
            filters.Add(filter);
            _subscriptions.Add(filter, session, qos);
            return true;
        }
    }

    /// <summary>Ends a subscription, if there is one.</summary>
    public void Unsubscribe(MqttSession session, ReadOnlySpan<byte> filter)
    {
        lock (_gate)
        {
            if (session.Filters.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(filter))
                _subscriptions.Remove(filter, session);
        }
    }

    /// <summary>Queues a message for every client that subscribed to its topic, at the lower of both qualities of service.</summary>
    public void Publish(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, MqttQoS qos)
    {
        lock (_gate)
        {
            _matches.Clear();
            _subscriptions.Match(topic, _matches);
            foreach ((MqttSession session, MqttQoS granted) in _matches)
                session.Deliver(topic, payload, granted < qos ? granted : qos);
        }
    }

    private void Forget(MqttSession session)
    {
        _sessions.Remove(session.ClientId);
        foreach (byte[] filter in session.Filters)
            _subscriptions.Remove(filter, session);
        session.Filters.Clear();
    }
}
