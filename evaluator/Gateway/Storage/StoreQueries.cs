using System;
using System.Collections.Generic;
using System.Data.Common;

namespace Defender.Gateway.Storage;

/// <summary>The queries that read the same in every database, each on the session it is given.</summary>
internal static class StoreQueries
{
    private const string ViolationColumns =
        """
        id, violation_id, thing_name, security_profile_name, behavior_name, is_suppressed, behavior, started_at,
        last_violation_at, last_violation_value, ended_at, verification_state, verification_description
        """;

    public static List<ResourceRow> Resources(ISqlSession session) => session.Query(
        "SELECT kind, name, document FROM resource",
        row => new ResourceRow(row.GetString(0), row.GetString(1), row.GetFieldValue<byte[]>(2)));

    public static byte[]? ThingState(ISqlSession session, string thingName) =>
        FirstOf(session.Query("SELECT state FROM thing_state WHERE thing_name = $1", row => row.GetFieldValue<byte[]>(0), thingName));

    public static byte[]? Value(ISqlSession session, string name) =>
        FirstOf(session.Query("SELECT content FROM value WHERE name = $1", row => row.GetFieldValue<byte[]>(0), name));

    public static StoredViolation? Violation(ISqlSession session, string violationId) =>
        FirstOf(session.Query($"SELECT {ViolationColumns} FROM violation WHERE violation_id = $1", ToViolation, violationId));

    public static List<StoredViolation> ActiveViolations(ISqlSession session, ViolationFilter filter, long? before, int limit)
    {
        var where = new QueryConditions("ended_at IS NULL");
        where.Add(filter);
        where.Add("id < ", before);
        return session.Query(
            $"SELECT {ViolationColumns} FROM violation WHERE {where} ORDER BY id DESC LIMIT {where.Parameter(limit)}",
            ToViolation,
            where.Values);
    }

    public static List<StoredViolationEvent> ViolationEvents(
        ISqlSession session, ViolationFilter filter, DateTimeOffset from, DateTimeOffset to, ViolationEventPosition? before, int limit)
    {
        var where = new QueryConditions("TRUE");
        where.Add("e.time >= ", StoredTime.Millis(from));
        where.Add("e.time <= ", StoredTime.Millis(to));
        if (before is { } position)
            where.Add("(e.time, e.id) < ", StoredTime.Millis(position.Time), position.Id);
        where.Add(filter, "e.");
        return session.Query(
            $"""
             SELECT e.violation_id, e.thing_name, e.security_profile_name, e.behavior_name, e.criteria_type, e.is_suppressed, e.type, e.time,
                 e.document, e.id, v.verification_state, v.verification_description
             FROM violation_event e LEFT JOIN violation v ON v.violation_id = e.violation_id
             WHERE {where} ORDER BY e.time DESC, e.id DESC LIMIT {where.Parameter(limit)}
             """,
            row => new StoredViolationEvent(
                row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetBoolean(5), row.GetString(6),
                Time(row, 7), row.GetFieldValue<byte[]>(8))
            {
                Id = row.GetInt64(9),
                Verification = row.IsDBNull(10) ? Verification.Unknown : ToVerification(row, 10),
            },
            where.Values);
    }

    public static List<OutboxRow> Outbox(ISqlSession session, string destination, long after, int limit) => session.Query(
        "SELECT id, message_id, body, created_at FROM outbox WHERE destination = $1 AND id > $2 ORDER BY id LIMIT $3",
        row => new OutboxRow(row.GetInt64(0), new OutboxMessage(destination, row.GetString(1), row.GetFieldValue<byte[]>(2), Time(row, 3))),
        destination, after, limit);

    public static Dictionary<string, long> OutboxCounts(ISqlSession session)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach ((string destination, long count) in session.Query(
            "SELECT destination, COUNT(*) FROM outbox GROUP BY destination", row => (row.GetString(0), row.GetInt64(1))))
        {
            counts.Add(destination, count);
        }

        return counts;
    }

    private static StoredViolation ToViolation(DbDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetBoolean(5),
        row.GetFieldValue<byte[]>(6), Time(row, 7), Time(row, 8), row.GetFieldValue<byte[]>(9), row.IsDBNull(10) ? null : Time(row, 10),
        ToVerification(row, 11));

    private static Verification ToVerification(DbDataReader row, int column) =>
        new(row.GetString(column), row.IsDBNull(column + 1) ? null : row.GetString(column + 1));

    private static DateTimeOffset Time(DbDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    private static T? FirstOf<T>(List<T> rows)
        where T : class => rows.Count == 0 ? null : rows[0];
}
