using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;

namespace Defender.Gateway.Mqtt.Sessions;

/// <summary>All sessions by client identifier, and which of those whose clients are away is due next. The endpoint's lock guards it.</summary>
internal sealed class SessionTable(TimeProvider timeProvider)
{
    private readonly Dictionary<string, Session> _sessions = new(StringComparer.Ordinal);
    private readonly SortedSet<Absence> _absences = [];
    private long _absenceCount;

    /// <summary>Sessions, clients that are away included.</summary>
    public int Count => _sessions.Count;

    /// <summary>Sessions whose clients are away.</summary>
    public int Absent => _absences.Count;

    /// <summary>All sessions as they are now, to be walked without the lock.</summary>
    public Session[] Snapshot() => [.. _sessions.Values];

    /// <summary>Whether a session of an earlier <see cref="Snapshot"/> has not ended.</summary>
    public bool Holds(Session session) => _sessions.TryGetValue(session.ClientId, out Session? current) && current == session;

    /// <summary>When the next absence has something to be done, as a timestamp; <see cref="long.MaxValue"/> for never.</summary>
    public long NextDue => _absences.Count == 0 ? long.MaxValue : _absences.Min.Due;

    public bool TryGet(string clientId, [NotNullWhen(true)] out Session? session) => _sessions.TryGetValue(clientId, out session);

    public void Add(Session session) => _sessions[session.ClientId] = session;

    public void Remove(Session session)
    {
        Return(session);
        _sessions.Remove(session.ClientId);
    }

    /// <summary>The client has gone: notes when its will and its session are due.</summary>
    public void Leave(Session session, TimeSpan? willDelay)
    {
        session.ExpiresAt = After(session.Expiry);
        session.WillDueAt = willDelay is { } delay ? Math.Min(After(delay), session.ExpiresAt) : long.MaxValue;
        Note(session);
    }

    /// <summary>The client is back.</summary>
    public void Return(Session session)
    {
        if (session.Absence is { } absence)
            _absences.Remove(absence);
        session.Absence = null;
    }

    /// <summary>Its will has been dealt with; the session's end remains.</summary>
    public void WillDone(Session session)
    {
        Return(session);
        session.WillDueAt = long.MaxValue;
        Note(session);
    }

    /// <summary>Gives the absent session that is due first, whether its time has come or not.</summary>
    public bool TryPeek([NotNullWhen(true)] out Session? session)
    {
        session = _absences.Count == 0 ? null : _absences.Min.Session;
        return session is not null;
    }

    private void Note(Session session)
    {
        session.Absence = new Absence(Math.Min(session.ExpiresAt, session.WillDueAt), ++_absenceCount, session);
        _absences.Add(session.Absence.Value);
    }

    private long After(TimeSpan time) => time == TimeSpan.MaxValue
        ? long.MaxValue
        : timeProvider.GetTimestamp() + (long)(time.TotalSeconds * timeProvider.TimestampFrequency);
}
