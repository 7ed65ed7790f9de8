using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Defender.Gateway.Mqtt.Sessions;
using Defender.Mqtt;
using Defender.Mqtt.Topics;

namespace Defender.Gateway.Mqtt.Routing;

/// <summary>Takes messages to the sessions that subscribe to their topics. The endpoint's lock guards it.</summary>
internal sealed class MessageRouter(bool hashMatchesParent, bool retainedForWildcards, RetainedMessages retained)
{
    // Others have their turn between two walks over so many retained messages.
    private const int MaxLooksAtOnce = 256;

    private readonly SubscriptionTree<object, Route> _tree = new(hashMatchesParent);
    private readonly Dictionary<byte[], SharedGroup> _groups = new(Utf8Comparer.Instance);
    private readonly List<Route> _matches = [];
    private readonly List<Target> _targets = [];
    private long _search;

    /// <summary>Subscriptions of all sessions.</summary>
    public int Subscriptions { get; private set; }

    /// <summary>Adds or replaces a subscription; true when it is new.</summary>
    public bool Subscribe(byte[] filter, Subscription subscription)
    {
        Session session = subscription.Session;
        bool isNew = (session.Subscriptions ??= new(Utf8Comparer.Instance)).TryAdd(filter, subscription);
        session.Subscriptions[filter] = subscription;
        if (isNew)
            Subscriptions++;
        if (!TopicFilter.TryParseShared(filter, out _, out ReadOnlySpan<byte> inner))
        {
            _tree.Add(filter, session, subscription);
            return isNew;
        }

        if (!_groups.TryGetValue(filter, out SharedGroup? group))
            _tree.Add(inner, group = _groups[filter] = new SharedGroup(), group);
        group.Add(subscription);
        return isNew;
    }

    /// <summary>Ends a subscription; false when there is none.</summary>
    public bool Unsubscribe(Session session, ReadOnlySpan<byte> filter)
    {
        if (session.Subscriptions is null || !session.Subscriptions.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(filter))
            return false;
        Subscriptions--;
        Forget(session, filter);
        return true;
    }

    /// <summary>Ends all subscriptions of a session.</summary>
    public void UnsubscribeAll(Session session)
    {
        foreach (byte[] filter in session.Subscriptions?.Keys ?? (IEnumerable<byte[]>)[])
            Forget(session, filter);
        Subscriptions -= session.Subscriptions?.Count ?? 0;
        session.Subscriptions = null;
    }

    /// <summary>Takes a message to its subscribers: once to each session, at the lower of both qualities, and to one of each shared group.</summary>
    public void Route(ref OutgoingMessage message, DeliveryOutcome outcome)
    {
        try
        {
            _tree.Match(message.Topic, _matches);
            if (_matches.Count == 0)
                return;
            _search++;
            foreach (Route route in _matches)
            {
                if (route is SharedGroup group)
                    _targets.Add(new Target(group.Next()));
                else
                    Add((Subscription)route, message.Publisher);
            }

            foreach (ref readonly Target target in CollectionsMarshal.AsSpan(_targets))
            {
                MqttQoS qos = target.QoS < message.QoS ? target.QoS : message.QoS;
                outcome.Note(target.Session, target.Session.Deliveries.Deliver(ref message, qos, target.RetainAsPublished && message.Retain, target.Identifiers));
            }
        }
        finally
        {
            // Whatever happened: the next message has targets of its own.
            _matches.Clear();
            _targets.Clear();
        }
    }

    /// <summary>Notes that a subscription, new or repeated, gets the retained messages that it selects.</summary>
    public void AddBacklog(ReadOnlySpan<byte> filter, Subscription subscription)
    {
        bool hasWildcard = filter.ContainsAny((byte)'+', (byte)'#');
        if (retained.Count == 0 || (hasWildcard && !retainedForWildcards) || TopicFilter.TryParseShared(filter, out _, out _))
            return;
        (subscription.Session.Backlogs ??= new()).Enqueue(new RetainedBacklog(filter.ToArray(), subscription, retained.Newest));
    }

    /// <summary>Sends a session some of the retained messages that it has still to get, as long as its client has room; true when there is more to do now.</summary>
    public bool SendRetained(Session session, DeliveryOutcome outcome)
    {
        for (int looks = MaxLooksAtOnce; looks > 0;)
        {
            if (session.Backlogs is null || !session.Deliveries.HasRoom)
                return false;
            RetainedBacklog backlog = session.Backlogs.Peek();
            // It may have been ended or replaced since.
            bool isCurrent = session.Subscriptions?.GetValueOrDefault(backlog.Filter) == backlog.Subscription;
            long before = backlog.After;
            if (isCurrent && backlog.Next(retained, ref looks) is { } kept)
            {
                var message = new OutgoingMessage(kept);
                MqttQoS qos = backlog.Subscription.QoS < message.QoS ? backlog.Subscription.QoS : message.QoS;
                Delivery delivery = session.Deliveries.Deliver(ref message, qos, retain: true, backlog.Subscription.Identifiers);
                outcome.Note(session, delivery);
                if (delivery == Delivery.Overrun)
                {
                    // The connection is over; the session may go on with another.
                    backlog.After = before;
                    return false;
                }
            }

            if (isCurrent && !backlog.IsDone)
                continue;
            session.Backlogs.Dequeue();
            if (session.Backlogs.Count == 0)
                session.Backlogs = null;
        }

        return true;
    }

    private void Forget(Session session, ReadOnlySpan<byte> filter)
    {
        if (!TopicFilter.TryParseShared(filter, out _, out ReadOnlySpan<byte> inner))
        {
            _tree.Remove(filter, session);
            return;
        }

        Dictionary<byte[], SharedGroup>.AlternateLookup<ReadOnlySpan<byte>> groups = _groups.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (!groups.TryGetValue(filter, out SharedGroup? group))
            return;
        group.Remove(session);
        if (!group.IsEmpty)
            return;
        groups.Remove(filter);
        _tree.Remove(inner, group);
    }

    // Overlapping subscriptions of a session are one delivery, at the highest quality (MQTT-3.3.5-1, MQTT5 3.3.4).
    private void Add(Subscription subscription, string? publisher)
    {
        Session session = subscription.Session;
        if (subscription.NoLocal && session.ClientId == publisher)
            return;
        if (session.Found.Search == _search)
        {
            ref Target found = ref CollectionsMarshal.AsSpan(_targets)[session.Found.Index];
            found = found.With(subscription);
            return;
        }

        session.Found = (_search, _targets.Count);
        _targets.Add(new Target(subscription));
    }

    private readonly struct Target(Session session, MqttQoS qos, bool retainAsPublished, uint[] identifiers)
    {
        public Target(Subscription subscription)
            : this(subscription.Session, subscription.QoS, subscription.RetainAsPublished, subscription.Identifiers)
        {
        }

        public Session Session => session;

        public MqttQoS QoS => qos;

        public bool RetainAsPublished => retainAsPublished;

        public uint[] Identifiers => identifiers;

        public Target With(Subscription other) => new(
            session,
            other.QoS > qos ? other.QoS : qos,
            retainAsPublished || other.RetainAsPublished,
            other.Identifiers.Length == 0 ? identifiers : [.. identifiers, .. other.Identifiers]);
    }
}
