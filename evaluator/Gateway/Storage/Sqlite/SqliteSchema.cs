using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Defender.Gateway.Storage.Sqlite;

/// <summary>The numbered migrations of the database; <c>user_version</c> says which have run.</summary>
internal static class SqliteSchema
{
    // Append only: a database in the field has run a prefix of this list.
    private static readonly string[] Migrations =
    [
        """
        CREATE TABLE thing_state (
            thing_name TEXT PRIMARY KEY,
            state      BLOB NOT NULL,
            in_alarm   INTEGER NOT NULL,
            written_at INTEGER NOT NULL          -- Unix milliseconds
        ) WITHOUT ROWID;
        CREATE INDEX thing_state_in_alarm ON thing_state (thing_name) WHERE in_alarm = 1;
        CREATE INDEX thing_state_written_at ON thing_state (written_at) WHERE in_alarm = 0;

        CREATE TABLE violation_event (
            id                    INTEGER PRIMARY KEY,
            violation_id          TEXT NOT NULL,
            thing_name            TEXT NOT NULL,
            security_profile_name TEXT NOT NULL,
            behavior_name         TEXT NOT NULL,
            type                  TEXT NOT NULL,
            time                  INTEGER NOT NULL, -- Unix milliseconds
            document              BLOB NOT NULL,
            UNIQUE (violation_id, type)
        );
        CREATE INDEX violation_event_time ON violation_event (time);

        CREATE TABLE fleet_statistics (
            id    INTEGER PRIMARY KEY CHECK (id = 1),
            state BLOB NOT NULL
        );
        """,
        // The states of things have another form since: they start anew, and open alarms of before with them.
        """
        DELETE FROM thing_state;
        DROP TABLE fleet_statistics;

        CREATE TABLE resource (
            kind     TEXT NOT NULL,
            name     TEXT NOT NULL,
            document BLOB NOT NULL,
            PRIMARY KEY (kind, name)
        ) WITHOUT ROWID;

        CREATE TABLE value (
            name    TEXT PRIMARY KEY,
            content BLOB NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE violation (
            id                       INTEGER PRIMARY KEY AUTOINCREMENT,
            violation_id             TEXT NOT NULL UNIQUE,
            thing_name               TEXT NOT NULL,
            security_profile_name    TEXT NOT NULL,
            behavior_name            TEXT NOT NULL,
            criteria_type            TEXT NOT NULL,
            is_suppressed            INTEGER NOT NULL,
            behavior                 BLOB NOT NULL,
            started_at               INTEGER NOT NULL,
            last_violation_at        INTEGER NOT NULL,
            last_violation_value     BLOB NOT NULL,
            ended_at                 INTEGER,
            verification_state       TEXT NOT NULL DEFAULT 'UNKNOWN',
            verification_description TEXT
        );
        -- What other filters ask for stands behind the order, so that rows they leave out are not fetched. What most rows have
        -- in common, not suppressed and not verified, has no index: the planner knows no frequencies and would take it.
        CREATE INDEX violation_active ON violation (id, is_suppressed, verification_state) WHERE ended_at IS NULL;
        CREATE INDEX violation_active_criteria ON violation (criteria_type, id, is_suppressed, verification_state) WHERE ended_at IS NULL;
        CREATE INDEX violation_active_suppressed ON violation (is_suppressed, id, criteria_type, verification_state)
            WHERE ended_at IS NULL AND is_suppressed = TRUE;
        CREATE INDEX violation_active_verified ON violation (verification_state, id, criteria_type, is_suppressed)
            WHERE ended_at IS NULL AND verification_state <> 'UNKNOWN';
        CREATE INDEX violation_active_profile ON violation (security_profile_name, id, criteria_type, is_suppressed, verification_state)
            WHERE ended_at IS NULL;
        CREATE INDEX violation_active_thing ON violation (thing_name, id) WHERE ended_at IS NULL;
        CREATE INDEX violation_ended ON violation (ended_at) WHERE ended_at IS NOT NULL;

        ALTER TABLE violation_event RENAME TO earlier_event;
        DROP INDEX violation_event_time;
        CREATE TABLE violation_event (
            id           INTEGER PRIMARY KEY AUTOINCREMENT,
            violation_id TEXT NOT NULL,
            type         TEXT NOT NULL,
            time         INTEGER NOT NULL,
            document     BLOB NOT NULL,
            thing_name            TEXT NOT NULL,
            security_profile_name TEXT NOT NULL,
            behavior_name         TEXT NOT NULL,
            criteria_type         TEXT NOT NULL,
            is_suppressed         INTEGER NOT NULL,
            verification_state    TEXT NOT NULL DEFAULT 'UNKNOWN', -- the violation's
            UNIQUE (violation_id, type)
        );
        CREATE INDEX violation_event_time ON violation_event (time, id, is_suppressed, verification_state);
        CREATE INDEX violation_event_criteria ON violation_event (criteria_type, time, id, is_suppressed, verification_state);
        CREATE INDEX violation_event_suppressed ON violation_event (is_suppressed, time, id, criteria_type, verification_state)
            WHERE is_suppressed = TRUE;
        CREATE INDEX violation_event_verified ON violation_event (verification_state, time, id, criteria_type, is_suppressed)
            WHERE verification_state <> 'UNKNOWN';
        CREATE INDEX violation_event_profile ON violation_event (security_profile_name, time, id, criteria_type, is_suppressed, verification_state);
        CREATE INDEX violation_event_thing ON violation_event (thing_name, time, id);

        INSERT INTO violation_event (violation_id, type, time, document, thing_name, security_profile_name, behavior_name, criteria_type, is_suppressed)
            SELECT violation_id, type, time, document, thing_name, security_profile_name, behavior_name,
                CASE WHEN json_extract(CAST(document AS TEXT), '$.behavior.criteria.mlDetectionConfig') IS NOT NULL THEN 'MACHINE_LEARNING'
                    WHEN json_extract(CAST(document AS TEXT), '$.behavior.criteria.statisticalThreshold') IS NOT NULL THEN 'STATISTICAL'
                    ELSE 'STATIC' END,
                coalesce(json_extract(CAST(document AS TEXT), '$.behavior.suppressAlerts'), 0)
            FROM earlier_event ORDER BY id;
        DROP TABLE earlier_event;

        CREATE TABLE metric_thing (
            id         INTEGER PRIMARY KEY,
            thing_name TEXT NOT NULL UNIQUE
        );
        -- By day first: a day is forgotten by deleting one range.
        CREATE TABLE metric_block (
            day      INTEGER NOT NULL,              -- days since 1970-01-01
            thing_id INTEGER NOT NULL,
            start    INTEGER NOT NULL,              -- milliseconds of that day
            data     BLOB NOT NULL,
            PRIMARY KEY (day, thing_id, start)
        ) WITHOUT ROWID;

        CREATE TABLE outbox (
            id          INTEGER PRIMARY KEY AUTOINCREMENT,
            destination TEXT NOT NULL,
            message_id  TEXT NOT NULL,
            body        BLOB NOT NULL,
            created_at  INTEGER NOT NULL
        );
        CREATE INDEX outbox_destination ON outbox (destination, id);
        """,
        """
        CREATE TABLE device_certificate (
            certificate_id    TEXT PRIMARY KEY,     -- SHA-256 of the DER, 64 small hex digits
            status            TEXT NOT NULL,
            thing_name        TEXT,
            policy_names      TEXT NOT NULL,        -- JSON array
            not_before        INTEGER NOT NULL,
            not_after         INTEGER NOT NULL,
            registered_at     INTEGER NOT NULL,
            origin            TEXT NOT NULL,
            ca_certificate_id TEXT
        ) WITHOUT ROWID;
        CREATE INDEX device_certificate_thing ON device_certificate (thing_name, certificate_id);

        CREATE TABLE registered_ca (
            certificate_id    TEXT PRIMARY KEY,
            certificate       BLOB NOT NULL,        -- DER
            auto_registration INTEGER NOT NULL,
            registered_at     INTEGER NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE client_user (
            user_name     TEXT PRIMARY KEY,
            salt          BLOB NOT NULL,
            hash          BLOB NOT NULL,
            iterations    INTEGER NOT NULL,
            thing_name    TEXT,
            policy_names  TEXT NOT NULL,
            registered_at INTEGER NOT NULL
        ) WITHOUT ROWID;

        -- Goes up with each change of the above; the changes after which a connected client must be asked again who it is.
        CREATE TABLE identity_version (version INTEGER NOT NULL);
        INSERT INTO identity_version (version) VALUES (0);
        CREATE TABLE identity_change (
            version   INTEGER NOT NULL,
            principal TEXT NOT NULL,
            PRIMARY KEY (version, principal)
        ) WITHOUT ROWID;
        """,
        """
        -- Changes of states and blocks that are not in their tables yet: one row for each batch of reports.
        CREATE TABLE journal (
            id      INTEGER PRIMARY KEY,
            content BLOB NOT NULL
        );
        """,
    ];

    /// <summary>Brings the database to the newest version.</summary>
    /// <exception cref="StoreException">The database was written by a newer gateway.</exception>
    public static void Migrate(SqliteConnection connection)
    {
        int version = ReadVersion(connection);
        if (version > Migrations.Length)
            throw new StoreException($"the database has version {version}, this gateway knows {Migrations.Length}: run the newer gateway");
        for (; version < Migrations.Length; version++)
        {
            using SqliteTransaction transaction = connection.BeginTransaction();
            Execute(connection, Migrations[version]);
            Execute(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {version + 1}"));
            transaction.Commit();
        }
    }

    /// <summary>Checks that a database opened for reading has the version this gateway reads.</summary>
    /// <exception cref="StoreException">It has another.</exception>
    public static void RequireCurrent(SqliteConnection connection)
    {
        int version = ReadVersion(connection);
        if (version != Migrations.Length)
            throw new StoreException($"the database has version {version}, this command reads {Migrations.Length}: run the gateway on it once");
    }

    private static int ReadVersion(SqliteConnection connection)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        return (int)(long)command.ExecuteScalar()!;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
