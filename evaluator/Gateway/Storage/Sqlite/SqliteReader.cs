using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Defender.Gateway.Storage.Sqlite;

/// <summary>The queries of the store, each on the session it is given.</summary>
internal static class SqliteReader
{
    private const string ViolationColumns =
        """
        id, violation_id, thing_name, security_profile_name, behavior_name, is_suppressed, behavior, started_at,
        last_violation_at, last_violation_value, ended_at, verification_state, verification_description
        """;

    public static List<ResourceRow> Resources(SqliteSession session) => session.Query(
        "SELECT kind, name, document FROM resource",
        row => new ResourceRow(row.GetString(0), row.GetString(1), row.GetFieldValue<byte[]>(2)));

    public static StoredViolation? Violation(SqliteSession session, string violationId)
    {
        List<StoredViolation> found = session.Query($"SELECT {ViolationColumns} FROM violation WHERE violation_id = $1", ToViolation, violationId);
        return found.Count == 0 ? null : found[0];
    }

    public static List<StoredViolation> ActiveViolations(SqliteSession session, ViolationFilter filter, long? before, int limit)
    {
        var where = new Conditions("ended_at IS NULL");
        where.Add(filter);
        where.AddWhere("verification_state = ", filter.VerificationState);
        where.AddWhere("id < ", before);
        return session.Query(
            $"SELECT {ViolationColumns} FROM violation WHERE {where} ORDER BY id DESC LIMIT {where.Parameter(limit)}",
            ToViolation,
            where.Values);
    }

    public static List<StoredViolationEvent> ViolationEvents(
        SqliteSession session, ViolationFilter filter, DateTimeOffset from, DateTimeOffset to, ViolationEventPosition? before, int limit)
    {
        var where = new Conditions("TRUE");
        where.AddWhere("e.time >= ", SqliteWriter.Millis(from));
        where.AddWhere("e.time <= ", SqliteWriter.Millis(to));
        if (before is { } position)
            where.AddPair("(e.time, e.id) < ", SqliteWriter.Millis(position.Time), position.Id);
        where.Add(filter, "e.");
        where.AddWhere("coalesce(v.verification_state, 'UNKNOWN') = ", filter.VerificationState);
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

    public static List<MetricBlockRow> MetricBlocks(SqliteSession session, string thingName, DateTimeOffset from, DateTimeOffset to, int limit)
    {
        var blocks = new List<MetricBlockRow>();
        if (session.Scalar("SELECT id FROM metric_thing WHERE thing_name = $1", thingName) is not long thing)
            return blocks;
        long first = Math.Max(SqliteWriter.Day(from), session.Scalar("SELECT MIN(day) FROM metric_block") as long? ?? long.MaxValue);
        long last = Math.Min(SqliteWriter.Day(to), session.Scalar("SELECT MAX(day) FROM metric_block") as long? ?? long.MinValue);
        for (long day = last; day >= first && blocks.Count < limit; day--)
        {
            long midnight = day * SqliteWriter.MillisADay;
            blocks.AddRange(session.Query(
                """
                SELECT start, data FROM metric_block WHERE day = $1 AND thing_id = $2 AND start BETWEEN $3 AND $4
                ORDER BY start DESC LIMIT $5
                """,
                row => new MetricBlockRow(thingName, DateTimeOffset.FromUnixTimeMilliseconds(midnight + row.GetInt64(0)), row.GetFieldValue<byte[]>(1)),
                day, thing, SqliteWriter.Millis(from) - midnight, SqliteWriter.Millis(to) - midnight, limit - blocks.Count));
        }

        return blocks;
    }

    public static List<OutboxRow> Outbox(SqliteSession session, string destination, long after, int limit) => session.Query(
        "SELECT id, message_id, body, created_at FROM outbox WHERE destination = $1 AND id > $2 ORDER BY id LIMIT $3",
        row => new OutboxRow(row.GetInt64(0), new OutboxMessage(destination, row.GetString(1), row.GetFieldValue<byte[]>(2), Time(row, 3))),
        destination, after, limit);

    private static StoredViolation ToViolation(SqliteDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetBoolean(5),
        row.GetFieldValue<byte[]>(6), Time(row, 7), Time(row, 8), row.GetFieldValue<byte[]>(9), row.IsDBNull(10) ? null : Time(row, 10),
        ToVerification(row, 11));

    private static Verification ToVerification(SqliteDataReader row, int column) =>
        new(row.GetString(column), row.IsDBNull(column + 1) ? null : row.GetString(column + 1));

    private static DateTimeOffset Time(SqliteDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    /// <summary>The conditions of a query and the values of its parameters.</summary>
    private sealed class Conditions(string first)
    {
        private readonly StringBuilder _text = new(first);
        private readonly List<object?> _values = [];

        public ReadOnlySpan<object?> Values => _values.ToArray();

        public string Parameter(object value)
        {
            _values.Add(value);
            return string.Create(CultureInfo.InvariantCulture, $"${_values.Count}");
        }

        public void AddWhere(string condition, object? value)
        {
            if (value is not null)
                _text.Append(" AND ").Append(condition).Append(Parameter(value));
        }

        public void AddPair(string condition, object left, object right) =>
            _text.Append(" AND ").Append(condition).Append('(').Append(Parameter(left)).Append(", ").Append(Parameter(right)).Append(')');

        public void Add(ViolationFilter filter, string table = "")
        {
            AddWhere($"{table}thing_name = ", filter.ThingName);
            AddWhere($"{table}security_profile_name = ", filter.SecurityProfileName);
            AddWhere($"{table}behavior_name = ", filter.BehaviorName);
            AddWhere($"{table}criteria_type = ", filter.CriteriaType);
            AddWhere($"{table}is_suppressed = ", filter.IsSuppressed);
        }

        public override string ToString() => _text.ToString();
    }
}
