using System;
using System.Collections.Generic;
using System.Linq;
using static Defender.Gateway.Storage.StoredTime;

namespace Defender.Gateway.Storage.Postgres;

/// <summary>
/// What changes the database, inside the transaction of the session: a statement for all rows of a kind, and one round trip
/// for all statements. No statement may meet a row twice, so of rows that replace one another only the last is sent.
/// </summary>
internal static class PostgresWriter
{
    /// <summary>Writes a batch.</summary>
    public static void Write(PostgresSession session, StoreBatch batch)
    {
        MetricDays.Create(session, batch.MetricBlocks.Select(row => Day(row.Start)));
        using var statements = new StatementBatch(session.Connection);
        WriteResources(statements, batch.Resources);
        WriteThingStates(statements, batch.ThingStates);
        WriteViolations(statements, batch.ViolationEvents);
        WriteLastViolations(statements, batch.LastViolations);
        WriteBehaviorFlags(statements, batch.BehaviorFlags);
        WriteVerifications(statements, batch.Verifications);
        DeleteMetricBlocks(statements, batch.MergedMetricBlocks);
        WriteMetricBlocks(statements, batch.MetricBlocks);
        WriteOutbox(statements, batch);
        statements.AddFor(
            batch.Values,
            """
            INSERT INTO value (name, content) SELECT * FROM unnest($1, $2)
            ON CONFLICT (name) DO UPDATE SET content = EXCLUDED.content
            """,
            rows => [rows.Select(row => row.Key).ToArray(), rows.Select(row => row.Value.ToArray()).ToArray()]);
        statements.Execute();
    }

    /// <summary>As in <see cref="IStore.DeleteBefore"/>.</summary>
    public static void DeleteBefore(PostgresSession session, DateTimeOffset violations, DateTimeOffset metricValues)
    {
        session.CommandTimeout = MetricDays.DeletionTimeout;
        long time = Millis(violations);
        session.Execute("DELETE FROM violation_event e USING violation v WHERE v.violation_id = e.violation_id AND v.ended_at < $1", time);
        session.Execute("DELETE FROM violation WHERE ended_at < $1", time);
        session.Execute(
            """
            DELETE FROM violation_event e WHERE time < $1
                AND NOT EXISTS (SELECT 1 FROM violation v WHERE v.violation_id = e.violation_id AND v.ended_at IS NULL)
            """,
            time);
        session.Execute("DELETE FROM thing_state WHERE NOT in_alarm AND written_at < $1", time);
        MetricDays.DropBefore(session, Day(metricValues));
    }

    private static void WriteResources(StatementBatch statements, List<ResourceRow> resources)
    {
        List<ResourceRow> last = LastOf(resources, row => (row.Kind, row.Name));
        statements.AddFor(
            last.FindAll(row => row.Document is null),
            "DELETE FROM resource USING unnest($1, $2) gone (kind, name) WHERE resource.kind = gone.kind AND resource.name = gone.name",
            rows => [rows.Select(row => row.Kind).ToArray(), rows.Select(row => row.Name).ToArray()]);
        statements.AddFor(
            last.FindAll(row => row.Document is not null),
            """
            INSERT INTO resource (kind, name, document) SELECT * FROM unnest($1, $2, $3)
            ON CONFLICT (kind, name) DO UPDATE SET document = EXCLUDED.document
            """,
            rows => [rows.Select(row => row.Kind).ToArray(), rows.Select(row => row.Name).ToArray(), rows.Select(row => row.Document).ToArray()]);
    }

    private static void WriteThingStates(StatementBatch statements, List<ThingStateRow> states) => statements.AddFor(
        LastOf(states, row => row.ThingName),
        """
        INSERT INTO thing_state (thing_name, state, in_alarm, written_at) SELECT * FROM unnest($1, $2, $3, $4)
        ON CONFLICT (thing_name) DO UPDATE SET state = EXCLUDED.state, in_alarm = EXCLUDED.in_alarm, written_at = EXCLUDED.written_at
        """,
        rows =>
        [
            rows.Select(row => row.ThingName).ToArray(), rows.Select(row => row.State.ToArray()).ToArray(),
            rows.Select(row => row.InAlarm).ToArray(), rows.Select(row => Millis(row.WrittenAt)).ToArray(),
        ]);

    // Events count in their order: one that ends what begins later in the batch ends nothing.
    private static void WriteViolations(StatementBatch statements, List<StoredViolationEvent> events)
    {
        statements.AddFor(
            events,
            """
            INSERT INTO violation_event
                (violation_id, type, time, document, thing_name, security_profile_name, behavior_name, criteria_type, is_suppressed,
                verification_state)
            SELECT violation_id, type, time, document, thing, profile, behavior, criteria, suppressed,
                coalesce((SELECT verification_state FROM violation v WHERE v.violation_id = e.violation_id), 'UNKNOWN')
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) WITH ORDINALITY
                AS e (violation_id, type, time, document, thing, profile, behavior, criteria, suppressed, place)
            ORDER BY place ON CONFLICT (violation_id, type) DO NOTHING
            """,
            rows =>
            [
                rows.Select(row => row.ViolationId).ToArray(), rows.Select(row => row.Type).ToArray(),
                rows.Select(row => Millis(row.Time)).ToArray(), rows.Select(row => row.Document).ToArray(),
                rows.Select(row => row.ThingName).ToArray(), rows.Select(row => row.SecurityProfileName).ToArray(),
                rows.Select(row => row.BehaviorName).ToArray(), rows.Select(row => row.CriteriaType).ToArray(),
                rows.Select(row => row.IsSuppressed).ToArray(),
            ]);

        var begun = new HashSet<string>(StringComparer.Ordinal);
        List<StoredViolationEvent> earlierEnds = [];
        List<StoredViolationEvent> begins = [];
        List<StoredViolationEvent> laterEnds = [];
        foreach (StoredViolationEvent row in events)
        {
            if (row.Type == StoredViolationEvent.InAlarm)
            {
                begun.Add(row.ViolationId);
                begins.Add(row);
            }
            else
            {
                (begun.Contains(row.ViolationId) ? laterEnds : earlierEnds).Add(row);
            }
        }

        EndViolations(statements, earlierEnds);
        statements.AddFor(
            begins,
            """
            INSERT INTO violation (violation_id, thing_name, security_profile_name, behavior_name, criteria_type, is_suppressed,
                behavior, started_at, last_violation_at, last_violation_value)
            SELECT violation_id, thing, profile, name, criteria, suppressed, behavior, time, time, value
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) WITH ORDINALITY
                AS e (violation_id, thing, profile, name, criteria, suppressed, behavior, time, value, place)
            ORDER BY place ON CONFLICT (violation_id) DO NOTHING
            """,
            rows =>
            [
                rows.Select(row => row.ViolationId).ToArray(), rows.Select(row => row.ThingName).ToArray(),
                rows.Select(row => row.SecurityProfileName).ToArray(), rows.Select(row => row.BehaviorName).ToArray(),
                rows.Select(row => row.CriteriaType).ToArray(), rows.Select(row => row.IsSuppressed).ToArray(),
                rows.Select(row => row.Behavior).ToArray(), rows.Select(row => Millis(row.Time)).ToArray(),
                rows.Select(row => row.MetricValue).ToArray(),
            ]);
        EndViolations(statements, laterEnds);
    }

    // The first end counts.
    private static void EndViolations(StatementBatch statements, List<StoredViolationEvent> ends) => statements.AddFor(
        ends.DistinctBy(row => row.ViolationId).ToList(),
        """
        UPDATE violation SET ended_at = e.time FROM unnest($1, $2) AS e (violation_id, time)
        WHERE violation.violation_id = e.violation_id AND ended_at IS NULL
        """,
        rows => [rows.Select(row => row.ViolationId).ToArray(), rows.Select(row => Millis(row.Time)).ToArray()]);

    private static void WriteLastViolations(StatementBatch statements, List<LastViolation> violations) => statements.AddFor(
        LastOf(violations, row => row.ViolationId),
        """
        UPDATE violation SET last_violation_at = e.time, last_violation_value = e.value FROM unnest($1, $2, $3) AS e (violation_id, time, value)
        WHERE violation.violation_id = e.violation_id
        """,
        rows =>
        [
            rows.Select(row => row.ViolationId).ToArray(), rows.Select(row => Millis(row.Time)).ToArray(),
            rows.Select(row => row.Value).ToArray(),
        ]);

    private static void WriteBehaviorFlags(StatementBatch statements, List<BehaviorFlagsRow> behaviors) => statements.AddFor(
        LastOf(behaviors, row => (row.SecurityProfileName, row.BehaviorName)),
        """
        UPDATE violation SET is_suppressed = e.is_suppressed, behavior = e.behavior
        FROM unnest($1, $2, $3, $4) AS e (profile, name, is_suppressed, behavior)
        WHERE security_profile_name = e.profile AND behavior_name = e.name AND ended_at IS NULL
        """,
        rows =>
        [
            rows.Select(row => row.SecurityProfileName).ToArray(), rows.Select(row => row.BehaviorName).ToArray(),
            rows.Select(row => row.IsSuppressed).ToArray(), rows.Select(row => row.Behavior).ToArray(),
        ]);

    private static void WriteVerifications(StatementBatch statements, List<VerificationRow> verifications)
    {
        List<VerificationRow> last = LastOf(verifications, row => row.ViolationId);
        statements.AddFor(
            last,
            """
            UPDATE violation SET verification_state = e.state, verification_description = e.description
            FROM unnest($1, $2, $3) AS e (violation_id, state, description)
            WHERE violation.violation_id = e.violation_id
            """,
            rows =>
            [
                rows.Select(row => row.ViolationId).ToArray(), rows.Select(row => row.Verification.State).ToArray(),
                rows.Select(row => row.Verification.Description).ToArray(),
            ]);
        statements.AddFor(
            last,
            """
            UPDATE violation_event SET verification_state = e.state FROM unnest($1, $2) AS e (violation_id, state)
            WHERE violation_event.violation_id = e.violation_id
                AND EXISTS (SELECT 1 FROM violation v WHERE v.violation_id = e.violation_id)
            """,
            rows => [rows.Select(row => row.ViolationId).ToArray(), rows.Select(row => row.Verification.State).ToArray()]);
    }

    private static void DeleteMetricBlocks(StatementBatch statements, List<MetricBlockRange> ranges) => statements.AddFor(
        ranges,
        """
        DELETE FROM metric_block USING unnest($1, $2, $3) AS r (thing, first, last), metric_thing m
        WHERE m.thing_name = r.thing AND metric_block.thing_id = m.id AND metric_block.start BETWEEN r.first AND r.last
        """,
        rows =>
        [
            rows.Select(row => row.ThingName).ToArray(), rows.Select(row => Millis(row.From)).ToArray(),
            rows.Select(row => Millis(row.To)).ToArray(),
        ]);

    private static void WriteMetricBlocks(StatementBatch statements, List<MetricBlockRow> blocks)
    {
        statements.AddFor(
            blocks.DistinctBy(row => row.ThingName).ToList(),
            """
            INSERT INTO metric_thing (thing_name) SELECT thing FROM unnest($1) AS t (thing)
            WHERE NOT EXISTS (SELECT 1 FROM metric_thing m WHERE m.thing_name = t.thing)
            """,
            rows => [rows.Select(row => row.ThingName).ToArray()]);
        statements.AddFor(
            LastOf(blocks, row => (row.ThingName, Millis(row.Start))),
            """
            INSERT INTO metric_block (thing_id, start, data)
            SELECT m.id, b.start, b.data FROM unnest($1, $2, $3) AS b (thing, start, data) JOIN metric_thing m ON m.thing_name = b.thing
            ON CONFLICT (thing_id, start) DO UPDATE SET data = EXCLUDED.data
            """,
            rows =>
            [
                rows.Select(row => row.ThingName).ToArray(), rows.Select(row => Millis(row.Start)).ToArray(),
                rows.Select(row => row.Data.ToArray()).ToArray(),
            ]);
    }

    private static void WriteOutbox(StatementBatch statements, StoreBatch batch)
    {
        statements.AddFor(
            batch.Outbox,
            """
            INSERT INTO outbox (destination, message_id, body, created_at)
            SELECT destination, message_id, body, created_at
            FROM unnest($1, $2, $3, $4) WITH ORDINALITY AS o (destination, message_id, body, created_at, place) ORDER BY place
            """,
            rows =>
            [
                rows.Select(row => row.Destination).ToArray(), rows.Select(row => row.MessageId).ToArray(),
                rows.Select(row => row.Body).ToArray(), rows.Select(row => Millis(row.CreatedAt)).ToArray(),
            ]);
        statements.AddFor(batch.Delivered, "DELETE FROM outbox WHERE id = ANY ($1)", rows => [rows.ToArray()]);
    }

    private static List<T> LastOf<T, TKey>(List<T> rows, Func<T, TKey> key)
        where TKey : notnull
    {
        var last = new Dictionary<TKey, int>(rows.Count);
        for (int i = 0; i < rows.Count; i++)
            last[key(rows[i])] = i;
        return last.Count == rows.Count ? rows : [.. rows.Where((row, i) => last[key(row)] == i)];
    }
}
