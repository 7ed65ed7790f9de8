using System;
using System.Collections.Generic;
using System.Threading;
using Defender.Mqtt;

namespace Defender.Gateway.Mqtt;

/// <summary>The clients that are connected and what they subscribe to. Thread-safe.</summary>
internal sealed class MqttEndpoint(int maxConnections = MqttLimits.MaxConnections) : IMessagePublisher
{
    private readonly object _gate = new();
    private readonly Dictionary<string, MqttSession> _sessions = new(StringComparer.Ordinal);
    private readonly SubscriptionTree<MqttSession> _subscriptions = new();
    private readonly Dictionary<MqttSession, MqttQoS> _matches = [];
    private int _connections;

    /// <summary>Clients connected now.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _sessions.Count;
        }
    }

    /// <summary>Makes place for a connection, which ends with <see cref="Leave"/>; false when there are too many.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _connections) <= maxConnections)
            return true;
        Leave();
        return false;
    }

    /// <summary>Gives the place of a connection back.</summary>
    public void Leave() => Interlocked.Decrement(ref _connections);

    /// <summary>Adds a client.</summary>
    /// <returns>The client that had the same identifier, to be closed: the newer one wins (MQTT-3.1.4-2).</returns>
    public MqttSession? Register(MqttSession session)
    {
        lock (_gate)
        {
            if (_sessions.TryGetValue(session.ClientId, out MqttSession? replaced))
                Forget(replaced);
            _sessions[session.ClientId] = session;
            return replaced;
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

    /// <summary>
    /// Subscribes a client; false when the filter is over a limit, the client has <see cref="MqttLimits.MaxSubscriptions"/>, or is
    /// no longer registered.
    /// </summary>
    public bool TrySubscribe(MqttSession session, ReadOnlySpan<byte> filter, MqttQoS qos)
    {
        if (filter.Length > MqttLimits.MaxFilterBytes || filter.Count((byte)'/') > MqttLimits.MaxFilterSlashes)
            return false;
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

    /// <inheritdoc/>
    public void Publish(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, MqttQoS qos)
    {
        lock (_gate)
        {
            _subscriptions.Match(topic, _matches);
            foreach ((MqttSession session, MqttQoS granted) in _matches)
                session.Deliver(topic, payload, granted < qos ? granted : qos);
            _matches.Clear();
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
