using System;
using System.Collections.Generic;
using static Defender.Gateway.Storage.StoredTime;

namespace Defender.Gateway.Storage.Sqlite;

/// <summary>What changes the database, inside the transaction of the store. One thread at a time.</summary>
internal sealed class SqliteWriter(SqliteSession session)
{
    /// <summary>Things whose number is kept in memory: some megabytes.</summary>
    private const int MaxKnownThings = 100_000;

    /// <summary>Blocks that one transaction forgets: some milliseconds in which commits wait.</summary>
    public const int MaxDeletedBlocks = 2000;

    private const int MaxForgottenThings = 500;

    // A state's time tells when a thing is forgotten, which is a matter of weeks: it may be an hour old.
    private const long WrittenAtSlack = 3_600_000;

    private readonly Dictionary<string, long> _thingIds = new(StringComparer.Ordinal);
    private readonly List<string> _newThings = [];

    /// <summary>Writes a batch, without the states and blocks of it, which the journal takes.</summary>
    public void Write(StoreBatch batch)
    {
        foreach (ResourceRow row in batch.Resources)
        {
            if (row.Document is null)
                session.Execute("DELETE FROM resource WHERE kind = $1 AND name = $2", row.Kind, row.Name);
            else
                session.Execute("INSERT OR REPLACE INTO resource (kind, name, document) VALUES ($1, $2, $3)", row.Kind, row.Name, row.Document);
        }

        foreach (StoredViolationEvent row in batch.ViolationEvents)
            Write(row);
        foreach (LastViolation row in batch.LastViolations)
        {
            session.Execute(
                "UPDATE violation SET last_violation_at = $2, last_violation_value = $3 WHERE violation_id = $1",
                row.ViolationId, Millis(row.Time), row.Value);
        }

        foreach (BehaviorFlagsRow row in batch.BehaviorFlags)
        {
            session.Execute(
                """
                UPDATE violation SET is_suppressed = $3, behavior = $4
                WHERE security_profile_name = $1 AND behavior_name = $2 AND ended_at IS NULL
                """,
                row.SecurityProfileName, row.BehaviorName, row.IsSuppressed, row.Behavior);
        }

        foreach (VerificationRow row in batch.Verifications)
        {
            session.Execute(
                "UPDATE violation SET verification_state = $2, verification_description = $3 WHERE violation_id = $1",
                row.ViolationId, row.Verification.State, row.Verification.Description);
            session.Execute(
                """
                UPDATE violation_event SET verification_state = $2
                WHERE violation_id = $1 AND EXISTS (SELECT 1 FROM violation v WHERE v.violation_id = $1)
                """,
                row.ViolationId, row.Verification.State);
        }

        foreach (OutboxMessage row in batch.Outbox)
        {
            session.Execute(
                "INSERT INTO outbox (destination, message_id, body, created_at) VALUES ($1, $2, $3, $4)",
                row.Destination, row.MessageId, row.Body, Millis(row.CreatedAt));
        }

        foreach (long id in batch.Delivered)
            session.Execute("DELETE FROM outbox WHERE id = $1", id);
        foreach ((string name, ReadOnlyMemory<byte> content) in batch.Values)
            session.Execute("INSERT OR REPLACE INTO value (name, content) VALUES ($1, $2)", name, content.ToArray());
    }

    /// <summary>Forgets violations and things, as in <see cref="IStore.DeleteBefore"/>.</summary>
    public void DeleteBefore(DateTimeOffset violations)
    {
        session.Execute(
            "DELETE FROM violation_event WHERE violation_id IN (SELECT violation_id FROM violation WHERE ended_at < $1)", Millis(violations));
        session.Execute("DELETE FROM violation WHERE ended_at < $1", Millis(violations));
        session.Execute(
            """
            DELETE FROM violation_event WHERE time < $1
                AND NOT EXISTS (SELECT 1 FROM violation v WHERE v.violation_id = violation_event.violation_id AND v.ended_at IS NULL)
            """,
            Millis(violations));
        session.Execute("DELETE FROM thing_state WHERE in_alarm = 0 AND written_at < $1", Millis(violations));
    }

    /// <summary>The oldest day with blocks, of days before one; null when there is none.</summary>
    public long? OldestDay(long end) => session.Scalar("SELECT MIN(day) FROM metric_block WHERE day < $1", end) as long?;

    /// <summary>Forgets some of the blocks of the oldest day: a day of a large fleet at once would make reports wait for seconds.</summary>
    /// <param name="end">Only of days before this one.</param>
    /// <returns>False when there are none.</returns>
    public bool DeletePartOfDay(long end)
    {
        if (OldestDay(end) is not { } day)
            return false;
        List<(long Thing, long Start)> rest = session.Query(
            "SELECT thing_id, start FROM metric_block WHERE day = $1 ORDER BY thing_id, start LIMIT 1 OFFSET $2",
            row => (row.GetInt64(0), row.GetInt64(1)),
            day, MaxDeletedBlocks);
        if (rest is [var (thing, start)])
            session.Execute("DELETE FROM metric_block WHERE day = $1 AND (thing_id, start) < ($2, $3)", day, thing, start);
        else
            session.Execute("DELETE FROM metric_block WHERE day = $1", day);
        return true;
    }

    /// <summary>Takes their numbers from some things without blocks: they come and go under names of their own choice.</summary>
    /// <param name="after">Only from numbers above this one.</param>
    /// <returns>The last number that was looked at; null when there are no more.</returns>
    public long? ForgetThings(long after)
    {
        if (session.Scalar("SELECT MAX(id) FROM (SELECT id FROM metric_thing WHERE id > $1 ORDER BY id LIMIT $2)", after, MaxForgottenThings) is not long last)
            return null;
        // Day by day, as the days are few and each is ordered by thing; the cross join keeps it from being turned around.
        session.Execute(
            """
            WITH RECURSIVE stored (day) AS (
                SELECT MIN(day) FROM metric_block
                UNION ALL SELECT (SELECT MIN(day) FROM metric_block WHERE day > stored.day) FROM stored WHERE stored.day IS NOT NULL)
            DELETE FROM metric_thing WHERE id > $1 AND id <= $2 AND NOT EXISTS (
                SELECT 1 FROM stored CROSS JOIN metric_block b WHERE b.day = stored.day AND b.thing_id = metric_thing.id)
            """,
            after, last);
        _thingIds.Clear();
        return last;
    }

    /// <summary>The transaction holds.</summary>
    public void Committed()
    {
        _newThings.Clear();
        if (_thingIds.Count > MaxKnownThings)
            _thingIds.Clear();
    }

    /// <summary>The transaction is void, and with it the numbers it gave to things.</summary>
    public void RolledBack()
    {
        foreach (string thingName in _newThings)
            _thingIds.Remove(thingName);
        _newThings.Clear();
    }

    /// <summary>Writes a state. Most replace one that has the same place in every index: then only the table is touched.</summary>
    public void Write(in ThingStateRow row)
    {
        long writtenAt = Millis(row.WrittenAt);
        SqliteStatement update = session.Prepare(
            "UPDATE thing_state SET state = ?2 WHERE thing_name = ?1 AND in_alarm = ?3 AND written_at BETWEEN ?4 AND ?5");
        update.Bind(1, row.ThingName);
        update.Bind(2, row.State.Span);
        update.Bind(3, row.InAlarm ? 1 : 0);
        update.Bind(4, writtenAt - WrittenAtSlack);
        update.Bind(5, writtenAt);
        if (update.Run() > 0)
            return;
        SqliteStatement replace = session.Prepare(
            "INSERT OR REPLACE INTO thing_state (thing_name, state, in_alarm, written_at) VALUES (?1, ?2, ?3, ?4)");
        replace.Bind(1, row.ThingName);
        replace.Bind(2, row.State.Span);
        replace.Bind(3, row.InAlarm ? 1 : 0);
        replace.Bind(4, writtenAt);
        replace.Run();
    }

    /// <summary>Writes a block.</summary>
    public void Write(in MetricBlockRow row)
    {
        SqliteStatement put = session.Prepare("INSERT OR REPLACE INTO metric_block (day, thing_id, start, data) VALUES (?1, ?2, ?3, ?4)");
        put.Bind(1, Day(row.Start));
        put.Bind(2, ThingId(row.ThingName));
        put.Bind(3, MillisOfDay(row.Start));
        put.Bind(4, row.Data.Span);
        put.Run();
    }

    /// <summary>Deletes blocks.</summary>
    public void Delete(in MetricBlockRange range)
    {
        SqliteStatement delete = session.Prepare(
            """
            DELETE FROM metric_block
            WHERE day = ?1 AND thing_id = (SELECT id FROM metric_thing WHERE thing_name = ?2) AND start BETWEEN ?3 AND ?4
            """);
        delete.Bind(1, Day(range.From));
        delete.Bind(2, range.ThingName);
        delete.Bind(3, MillisOfDay(range.From));
        delete.Bind(4, MillisOfDay(range.To));
        delete.Run();
    }

    private void Write(StoredViolationEvent row)
    {
        session.Execute(
            """
            INSERT INTO violation_event
                (violation_id, type, time, document, thing_name, security_profile_name, behavior_name, criteria_type, is_suppressed,
                verification_state)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9,
                coalesce((SELECT verification_state FROM violation v WHERE v.violation_id = $1), 'UNKNOWN'))
            ON CONFLICT (violation_id, type) DO NOTHING
            """,
            row.ViolationId, row.Type, Millis(row.Time), row.Document, row.ThingName, row.SecurityProfileName, row.BehaviorName,
            row.CriteriaType, row.IsSuppressed);
        if (row.Type == StoredViolationEvent.InAlarm)
        {
            session.Execute(
                """
                INSERT INTO violation (violation_id, thing_name, security_profile_name, behavior_name, criteria_type, is_suppressed,
                    behavior, started_at, last_violation_at, last_violation_value)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9) ON CONFLICT (violation_id) DO NOTHING
                """,
                row.ViolationId, row.ThingName, row.SecurityProfileName, row.BehaviorName, row.CriteriaType, row.IsSuppressed,
                row.Behavior, Millis(row.Time), row.MetricValue);
        }
        else
        {
            session.Execute("UPDATE violation SET ended_at = $2 WHERE violation_id = $1 AND ended_at IS NULL", row.ViolationId, Millis(row.Time));
        }
    }

    private long ThingId(string thingName)
    {
        if (_thingIds.TryGetValue(thingName, out long id))
            return id;
        session.Execute("INSERT INTO metric_thing (thing_name) VALUES ($1) ON CONFLICT (thing_name) DO NOTHING", thingName);
        id = (long)session.Scalar("SELECT id FROM metric_thing WHERE thing_name = $1", thingName)!;
        _thingIds.Add(thingName, id);
        _newThings.Add(thingName);
        return id;
    }

    private static long MillisOfDay(DateTimeOffset time) => Millis(time) - (Day(time) * MillisADay);
}
