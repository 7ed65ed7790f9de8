using System;
using System.Collections.Generic;
using System.Linq;
using Defender.Gateway.Mqtt.Connections;
using Defender.Gateway.Mqtt.Routing;
using Defender.Gateway.Mqtt.Sessions;

namespace Defender.Gateway.Mqtt;

/// <content>
/// What becomes of sessions and messages when identities or rights change. All are walked without the lock, which is taken for
/// each one that is concerned: who connects meanwhile does not wait for the walk.
/// </content>
internal sealed partial class MqttEndpoint
{
    /// <summary>Ends what principals have: their connections, their sessions, their retained messages. For those whose identity was withdrawn.</summary>
    /// <exception cref="AggregateException">Sessions that could not be ended; the connections are, and the others.</exception>
    public void Withdraw(IReadOnlySet<string> principals)
    {
        List<Exception> failures = [];
        foreach (Session session in Locked(_sessions.Snapshot).Where(session => principals.Contains(session.Author.Identity.Principal)))
        {
            try
            {
                Withdraw(session, principals);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                failures.Add(error);
            }
        }

        ReviewRetained((author, _) => !principals.Contains(author.Identity.Principal));
        if (failures.Count > 0)
            throw new AggregateException(failures);
    }

    private void Withdraw(Session session, IReadOnlySet<string> principals)
    {
        ClientConnection? connection = null;
        try
        {
            lock (_gate)
            {
                // It may have ended since, or be another's of the thing.
                if (!_sessions.Holds(session) || !principals.Contains(session.Author.Identity.Principal))
                    return;
                connection = session.Connection;
                ForgetWill(session);
                End(session);
            }
        }
        finally
        {
            if (connection is not null)
            {
                connection.CloseWithdrawn();
                _evictions.Add(connection);
            }
        }
    }

    // What they leave is their things': another certificate of theirs takes the session over.
    private DateTimeOffset EndExpired(DateTimeOffset now)
    {
        DateTimeOffset next = DateTimeOffset.MaxValue;
        foreach (Session session in Locked(_sessions.Snapshot))
        {
            DateTimeOffset expiresAt = session.Author.Identity.ExpiresAt;
            if (session.Connection is not { } connection || expiresAt == DateTimeOffset.MaxValue)
                continue;
            if (expiresAt > now)
            {
                next = expiresAt < next ? expiresAt : next;
                continue;
            }

            connection.CloseExpired();
            _evictions.Add(connection);
        }

        return next;
    }

    // CVE-2021-34434: a right that is gone takes subscriptions and retained messages along, not only what comes later.
    private void ReviewRights()
    {
        foreach (ClientConnection connection in Connections)
        {
            connection.ReviewRights(_authorizer);
            if (connection.Ended?.End == ConnectionEnd.NotAuthorized)
                _evictions.Add(connection);
        }

        foreach (Session session in Locked(_sessions.Snapshot).Where(session => session.Subscriptions is not null))
        {
            lock (_gate)
                ReviewSubscriptions(session);
        }

        ReviewRetained((author, message) => _authorizer.PolicyOf(author).AllowsPublish(message.Topic, message.Retain));
    }

    private void ReviewSubscriptions(Session session)
    {
        if (session.Subscriptions is null)
            return;
        Policies.SessionPolicy policy = _authorizer.PolicyOf(session.Author);
        foreach (byte[] filter in session.Subscriptions.Keys.Where(filter => !policy.AllowsSubscribe(filter)).ToArray())
            Forget(session, filter);
    }

    // A retained message must not outlive the right of its author to publish it (CVE-2018-12546).
    private void ReviewRetained(Func<MessageAuthor, Message, bool> isAllowed)
    {
        foreach ((Message message, MessageAuthor? author) in Locked(_retained.Snapshot))
        {
            if (author is null || isAllowed(author, message))
                continue;
            lock (_gate)
                _retained.Forget(message);
        }
    }
}
