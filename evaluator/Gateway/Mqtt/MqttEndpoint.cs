using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Defender.Gateway.Identity;
using Defender.Gateway.Mqtt.Connections;
using Defender.Gateway.Mqtt.Routing;
using Defender.Gateway.Mqtt.Sessions;
using Defender.Gateway.Telemetry;
using Defender.Mqtt;

namespace Defender.Gateway.Mqtt;

/// <summary>
/// The sessions of all clients, what they subscribe to, and the messages between them. One lock guards the whole: nothing under
/// it waits. Thread-safe.
/// </summary>
internal sealed partial class MqttEndpoint : IMessagePublisher, IDisposable
{
    private const int MaxEndedAtOnce = 256;

    private readonly Lock _gate = new();
    private readonly TimeProvider _timeProvider;
    private readonly IClientAuthenticator _authenticator;
    private readonly ClientAuthorizer _authorizer;
    private readonly DeliveryOutcome _outcome;
    private readonly SessionTable _sessions;
    private readonly RetainedMessages _retained;
    private readonly MessageRouter _router;
    private readonly Evictions _evictions;
    private readonly ExpiryTimer _expiries;
    private readonly ITimer _timer;
    private long _subscriptionBytes;

    public MqttEndpoint(
        EndpointRules rules,
        IClientAuthenticator authenticator,
        ClientAuthorizer authorizer,
        MemoryBudget budget,
        DeliveryOutcome outcome,
        EndpointWatch watch,
        TimeProvider timeProvider)
    {
        Rules = rules;
        Budget = budget;
        _timeProvider = timeProvider;
        _authorizer = authorizer;
        _outcome = outcome;
        _sessions = new SessionTable(timeProvider);
        _retained = new RetainedMessages(rules.Limits, budget, timeProvider, rules.HashMatchesParent);
        _router = new MessageRouter(rules.HashMatchesParent, rules.RetainedForWildcards, _retained);
        _evictions = new Evictions((connection, error) => watch.Failed(connection.Name, error));
        _expiries = new ExpiryTimer(timeProvider, EndExpired);
        _timer = timeProvider.CreateTimer(static state => ((MqttEndpoint)state!).EndAbsences(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _authorizer.Changed += ReviewRights;
        _authenticator = authenticator;
        _authenticator.Withdrawn += Withdraw;
    }

    /// <summary>How the endpoint differs between modes, and its limits.</summary>
    public EndpointRules Rules { get; }

    /// <summary>What may wait in memory.</summary>
    public MemoryBudget Budget { get; }

    /// <summary>What messages have of the budget: those that wait, may have to be sent again, are retained, or are wills.</summary>
    public long MessageBytes => Locked(() => Budget.Used - _subscriptionBytes);

    /// <summary>Clients connected now.</summary>
    public int Count => Locked(() => _sessions.Count - _sessions.Absent);

    /// <summary>Sessions whose clients are away.</summary>
    public int Absent => Locked(() => _sessions.Absent);

    /// <summary>Topics with a retained message.</summary>
    public int Retained => Locked(() => _retained.Count);

    /// <summary>The connections of the clients that are here.</summary>
    public IReadOnlyList<ClientConnection> Connections => [.. Locked(_sessions.Snapshot).Select(session => session.Connection).OfType<ClientConnection>()];

    /// <summary>What the endpoint holds, for who watches it.</summary>
    public MqttGauges Gauges
    {
        get
        {
            MqttGauges gauges;
            Session[] sessions;
            lock (_gate)
            {
                sessions = _sessions.Snapshot();
                gauges = new MqttGauges(_sessions.Count - _sessions.Absent, _sessions.Count, _router.Subscriptions, _retained.Count, QueuedMessages: 0, Budget.Used);
            }

            return gauges with { QueuedMessages = sessions.Sum(session => (long)session.Deliveries.Queued) };
        }
    }

    /// <summary>The connection of a client; null when it is not here.</summary>
    public ClientConnection? Find(string clientId) => Locked(() => _sessions.TryGet(clientId, out Session? session) ? session.Connection : null);

    /// <summary>
    /// Gives a client its session, kept or new, and takes it from the connection that had it (MQTT-3.1.4-2). The connection's
    /// <see cref="ClientConnection.Welcome"/> is called before any message can reach it.
    /// </summary>
    public OpenResult Open(ClientConnection connection, ConnectRequest request, MessageAuthor author)
    {
        ClientConnection? replaced;
        Session opened;
        lock (_gate)
        {
            bool isKnown = _sessions.TryGet(request.ClientId, out Session? session);
            if (isKnown && !session!.Author.IsSameClientAs(author))
                return OpenResult.AnothersSession;
            if (!isKnown && Budget.IsExhausted)
                return OpenResult.NoMemory;
            // A will waits for as long as its client stays.
            if (request.Will is { } will && !Budget.TryTake(will.Message.Size))
                return OpenResult.NoMemory;
            replaced = session?.Connection;
            bool isResumed = isKnown && !request.CleanStart && session!.Expiry > TimeSpan.Zero;
            if (isKnown)
                LeaveBehind(session!, isResumed);
            if (!isResumed)
                _sessions.Add(session = new Session(author, new DeliveryWindow(Rules.Limits, Budget, _timeProvider, request.SessionExpiry > TimeSpan.Zero)));
            opened = session!;
            bool isAnother = session!.Author.Identity != author.Identity;
            session.Author = author;
            // Another certificate of the thing may have other policies than the one that subscribed.
            if (isAnother)
                ReviewSubscriptions(session);
            session.Expiry = request.SessionExpiry;
            session.Will = request.Will;
            session.Connection = connection;
            connection.Welcome(session, isResumed);
            if (!session.Deliveries.Attach(connection))
                connection.CloseSlow();
        }

        SendRetained(opened);
        _expiries.Note(author.Identity.ExpiresAt);
        replaced?.CloseTakenOver();
        return OpenResult.Opened;
    }

    /// <summary>Ends a connection; its session may outlive it. Without effect when another connection took its place.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="isLost">Whether the will is due: the client did not say that it goes.</param>
    public void Close(ClientConnection connection, bool isLost)
    {
        lock (_gate)
        {
            if (connection.Session is not { } session || session.Connection != connection)
                return;
            session.Connection = null;
            session.Deliveries.Detach();
            if (!isLost)
                ForgetWill(session);
            if (session.Expiry <= TimeSpan.Zero)
            {
                End(session);
                return;
            }

            if (session.Will is { Delay: var delay } && delay <= TimeSpan.Zero)
                PublishWill(session);
            _sessions.Leave(session, session.Will?.Delay);
            if (_sessions.Absent > Rules.Limits.MaxOfflineSessions && _sessions.TryPeek(out Session? first))
                End(first);
            Schedule();
        }
    }

    /// <summary>Subscribes a client; false when it has <see cref="MqttLimits.MaxSubscriptions"/>, the memory budget is spent, or it is gone.</summary>
    public bool TrySubscribe(Session session, ReadOnlySpan<byte> filter, Subscription subscription, out bool isNew)
    {
        lock (_gate)
        {
            isNew = false;
            if (!session.IsConnected)
                return false;
            isNew = session.Subscriptions?.GetAlternateLookup<ReadOnlySpan<byte>>().ContainsKey(filter) != true;
            if (isNew && session.Subscriptions?.Count >= Rules.Limits.MaxSubscriptions)
                return false;
            if (isNew && !Budget.TryTake(CostOf(filter)))
                return false;
            _subscriptionBytes += isNew ? CostOf(filter) : 0;
            _router.Subscribe(filter.ToArray(), subscription);
            return true;
        }
    }

    /// <summary>Has the retained messages that a subscription selects sent; after its SUBACK.</summary>
    public void AddBacklog(Session session, ReadOnlySpan<byte> filter)
    {
        lock (_gate)
        {
            if (session.Subscriptions?.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(filter, out Subscription? subscription) == true)
                _router.AddBacklog(filter, subscription!);
        }
    }

    /// <summary>
    /// Sends the retained messages that a session has still to get, as far as its client has room: called after its subscriptions,
    /// and whenever there may be room again.
    /// </summary>
    public void SendRetained(Session session)
    {
        bool isMore = session.Backlogs is not null;
        while (isMore)
        {
            lock (_gate)
                isMore = _router.SendRetained(session, _outcome);
        }
    }

    /// <summary>Changes how long a client's session outlives its connection.</summary>
    public void SetExpiry(ClientConnection connection, TimeSpan expiry)
    {
        lock (_gate)
        {
            if (connection.Session is { } session && session.Connection == connection)
                session.Expiry = expiry;
        }
    }

    /// <summary>Ends a subscription; false when there is none.</summary>
    public bool Unsubscribe(Session session, ReadOnlySpan<byte> filter)
    {
        lock (_gate)
            return Forget(session, filter);
    }

    /// <summary>Takes a client's message to its subscribers, and keeps it when it is to be retained; false when there is no room for that.</summary>
    public bool Publish(ref OutgoingMessage message, MessageAuthor author)
    {
        lock (_gate)
        {
            bool isKept = !message.Retain || _retained.Set(ref message, author);
            _router.Route(ref message, _outcome);
            return isKept;
        }
    }

    /// <inheritdoc/>
    public void Publish(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, MqttQoS qos, bool retain = false)
    {
        var message = new OutgoingMessage(topic, payload) { QoS = qos, Retain = retain };
        lock (_gate)
        {
            if (retain)
                _retained.Set(ref message, author: null);
            _router.Route(ref message, _outcome);
        }
    }

    public void Dispose()
    {
        _authorizer.Changed -= ReviewRights;
        _authenticator.Withdrawn -= Withdraw;
        _timer.Dispose();
        _expiries.Dispose();
        _evictions.Dispose();
    }

    // Before the client gets a session: what becomes of the one that it had, and of its will (MQTT5-3.1.2.5).
    private void LeaveBehind(Session session, bool isResumed)
    {
        bool isDelayed = isResumed && session.Will?.Delay > TimeSpan.Zero;
        if (isDelayed)
            ForgetWill(session);
        else
            PublishWill(session);
        session.Connection = null;
        session.Deliveries.Detach();
        _sessions.Return(session);
        if (!isResumed)
            End(session);
    }

    private void End(Session session)
    {
        PublishWill(session);
        session.Connection = null;
        foreach (byte[] filter in session.Subscriptions?.Keys ?? (IEnumerable<byte[]>)[])
            ReturnCostOf(filter);
        _router.UnsubscribeAll(session);
        session.Backlogs = null;
        session.Deliveries.Clear();
        _sessions.Remove(session);
    }

    // Rights are those at the time of publication.
    private void PublishWill(Session session)
    {
        if (ForgetWill(session) is not { } will)
            return;
        if (!_authorizer.PolicyOf(session.Author).AllowsPublish(will.Message.Topic, will.Message.Retain))
            return;
        var message = new OutgoingMessage(will.Message) { ExpiresAt = ExpiryOf(will) };
        if (message.Retain)
            _retained.Set(ref message, session.Author);
        _router.Route(ref message, _outcome);
    }

    private Will? ForgetWill(Session session)
    {
        Will? will = session.Will;
        Budget.Return(will?.Message.Size ?? 0);
        session.Will = null;
        return will;
    }

    private long ExpiryOf(Will will) => will.ExpirySeconds is { } seconds
        ? _timeProvider.GetTimestamp() + (seconds * _timeProvider.TimestampFrequency)
        : long.MaxValue;

    private void EndAbsences()
    {
        lock (_gate)
        {
            long now = _timeProvider.GetTimestamp();
            // Some at once: the rest of a fleet's follows when others have had their turn.
            for (int i = 0; i < MaxEndedAtOnce && _sessions.NextDue <= now && _sessions.TryPeek(out Session? session); i++)
            {
                if (session.ExpiresAt <= now)
                {
                    End(session);
                    continue;
                }

                PublishWill(session);
                _sessions.WillDone(session);
            }

            Schedule();
        }
    }

    private void Schedule()
    {
        if (_sessions.NextDue is var due and < long.MaxValue)
        {
            // Never to the moment, so that a fleet's absences end together; at most a day, which is looked at again then.
            TimeSpan wait = _timeProvider.GetElapsedTime(_timeProvider.GetTimestamp(), due) + TimeSpan.FromMilliseconds(10);
            _timer.Change(wait < TimeSpan.Zero ? TimeSpan.Zero : wait > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : wait, Timeout.InfiniteTimeSpan);
        }
    }

    private bool Forget(Session session, ReadOnlySpan<byte> filter)
    {
        if (!_router.Unsubscribe(session, filter))
            return false;
        ReturnCostOf(filter);
        return true;
    }

    private void ReturnCostOf(ReadOnlySpan<byte> filter)
    {
        Budget.Return(CostOf(filter));
        _subscriptionBytes -= CostOf(filter);
    }

    // Its bytes twice, by session and by level, and the tables and nodes that lead to it.
    private static int CostOf(ReadOnlySpan<byte> filter) => 300 + (2 * filter.Length) + (200 * filter.Count((byte)'/'));

    private T Locked<T>(Func<T> read)
    {
        lock (_gate)
            return read();
    }
}
