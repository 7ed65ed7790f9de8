using System.Globalization;
using Npgsql;

namespace Defender.Gateway.Storage.Postgres;

/// <summary>The numbered migrations of the schema; table <c>store</c> says which have run.</summary>
internal static class PostgresSchema
{
    // Append only: a schema in the field has run a prefix of this list. Names compare byte by byte whatever the database's locale.
    private static readonly string[] Migrations =
    [
        """
        -- A state is written with every report: without an index on what changes, in the page it lies in.
        CREATE TABLE thing_state (
            thing_name text COLLATE "C" PRIMARY KEY,
            state      bytea NOT NULL,
            in_alarm   boolean NOT NULL,
            written_at bigint NOT NULL                -- Unix milliseconds
        ) WITH (fillfactor = 70);
        CREATE INDEX thing_state_in_alarm ON thing_state (thing_name) WHERE in_alarm;

        CREATE TABLE resource (
            kind     text COLLATE "C" NOT NULL,
            name     text COLLATE "C" NOT NULL,
            document bytea NOT NULL,
            PRIMARY KEY (kind, name)
        );

        CREATE TABLE value (
            name    text COLLATE "C" PRIMARY KEY,
            content bytea NOT NULL
        );

        CREATE TABLE violation (
            id                       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            violation_id             text COLLATE "C" NOT NULL UNIQUE,
            thing_name               text COLLATE "C" NOT NULL,
            security_profile_name    text COLLATE "C" NOT NULL,
            behavior_name            text COLLATE "C" NOT NULL,
            criteria_type            text COLLATE "C" NOT NULL,
            is_suppressed            boolean NOT NULL,
            behavior                 bytea NOT NULL,
            started_at               bigint NOT NULL,
            last_violation_at        bigint NOT NULL,
            last_violation_value     bytea NOT NULL,
            ended_at                 bigint,
            verification_state       text COLLATE "C" NOT NULL DEFAULT 'UNKNOWN',
            verification_description text
        ) WITH (fillfactor = 80);
        -- What other filters ask for stands behind the order, so that rows they leave out are not fetched. What most rows have
        -- in common, not suppressed and not verified, has no index of its own.
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

        CREATE TABLE violation_event (
            id                    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            violation_id          text COLLATE "C" NOT NULL,
            type                  text COLLATE "C" NOT NULL,
            time                  bigint NOT NULL,
            document              bytea NOT NULL,
            thing_name            text COLLATE "C" NOT NULL,
            security_profile_name text COLLATE "C" NOT NULL,
            behavior_name         text COLLATE "C" NOT NULL,
            criteria_type         text COLLATE "C" NOT NULL,
            is_suppressed         boolean NOT NULL,
            verification_state    text COLLATE "C" NOT NULL DEFAULT 'UNKNOWN', -- the violation's
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

        CREATE TABLE metric_thing (
            id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            thing_name text COLLATE "C" NOT NULL UNIQUE
        );
        -- A partition for each UTC day, made with its first block: a day is forgotten by dropping it.
        CREATE TABLE metric_block (
            thing_id bigint NOT NULL,
            start    bigint NOT NULL,
            data     bytea NOT NULL,
            PRIMARY KEY (thing_id, start)
        ) PARTITION BY RANGE (start);
        -- The encoded values do not compress further.
        ALTER TABLE metric_block ALTER COLUMN data SET STORAGE EXTERNAL;
        CREATE TABLE metric_day (
            day bigint PRIMARY KEY                    -- days since 1970-01-01
        );

        CREATE TABLE outbox (
            id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            destination text COLLATE "C" NOT NULL,
            message_id  text COLLATE "C" NOT NULL,
            body        bytea NOT NULL,
            created_at  bigint NOT NULL
        );
        CREATE INDEX outbox_destination ON outbox (destination, id);
        """,
        """
        CREATE TABLE device_certificate (
            certificate_id    text COLLATE "C" PRIMARY KEY,     -- SHA-256 of the DER, 64 small hex digits
            status            text COLLATE "C" NOT NULL,
            thing_name        text COLLATE "C",
            policy_names      text COLLATE "C" NOT NULL,        -- JSON array
            not_before        bigint NOT NULL,
            not_after         bigint NOT NULL,
            registered_at     bigint NOT NULL,
            origin            text COLLATE "C" NOT NULL,
            ca_certificate_id text COLLATE "C"
        );
        CREATE INDEX device_certificate_thing ON device_certificate (thing_name, certificate_id);

        CREATE TABLE registered_ca (
            certificate_id    text COLLATE "C" PRIMARY KEY,
            certificate       bytea NOT NULL,        -- DER
            auto_registration boolean NOT NULL,
            registered_at     bigint NOT NULL
        );

        CREATE TABLE client_user (
            user_name     text COLLATE "C" PRIMARY KEY,
            salt          bytea NOT NULL,
            hash          bytea NOT NULL,
            iterations    bigint NOT NULL,
            thing_name    text COLLATE "C",
            policy_names  text COLLATE "C" NOT NULL,
            registered_at bigint NOT NULL
        );

        -- Goes up with each change of the above; the changes after which a connected client must be asked again who it is.
        CREATE TABLE identity_version (version bigint NOT NULL);
        INSERT INTO identity_version (version) VALUES (0);
        CREATE TABLE identity_change (
            version   bigint NOT NULL,
            principal text COLLATE "C" NOT NULL,
            PRIMARY KEY (version, principal)
        );
        """,
    ];

    /// <summary>Brings the schema to the newest version; the caller holds the writer's lock.</summary>
    /// <exception cref="StoreException">The schema was written by a newer gateway, or the server cannot hold it.</exception>
    public static void Migrate(PostgresSession session, string schema)
    {
        // The numbers of transactions, by which a commit in doubt is settled.
        if (session.Connection.PostgreSqlVersion.Major < 13)
            throw new StoreException($"the server is PostgreSQL {session.Connection.PostgreSqlVersion}: 13 or newer is needed");
        if (session.Scalar("SHOW server_encoding") is string encoding and not "UTF8")
            throw new StoreException($"the database has the encoding {encoding}: create one with ENCODING 'UTF8'");

        using (NpgsqlTransaction transaction = session.Connection.BeginTransaction())
        {
            if (session.Scalar("SELECT 1 FROM pg_namespace WHERE nspname = $1", schema) is null)
                session.Execute($"CREATE SCHEMA \"{schema}\"");
            session.Execute("CREATE TABLE IF NOT EXISTS store (version integer NOT NULL, epoch bigint NOT NULL)");
            session.Execute("INSERT INTO store (version, epoch) SELECT 0, 0 WHERE NOT EXISTS (SELECT 1 FROM store)");
            transaction.Commit();
        }

        int version = (int)session.Scalar("SELECT version FROM store")!;
        if (version > Migrations.Length)
            throw new StoreException($"the schema has version {version}, this gateway knows {Migrations.Length}: run the newer gateway");
        for (; version < Migrations.Length; version++)
        {
            using NpgsqlTransaction transaction = session.Connection.BeginTransaction();
            session.Execute(Migrations[version]);
            session.Execute(string.Create(CultureInfo.InvariantCulture, $"UPDATE store SET version = {version + 1}"));
            transaction.Commit();
        }
    }

    /// <summary>Checks that the schema has the version this gateway reads.</summary>
    /// <exception cref="StoreException">It has another, or there is none.</exception>
    public static void RequireCurrent(PostgresSession session, string place)
    {
        if (session.Scalar("SELECT to_regclass('store')::text") is null)
            throw new StoreException($"no gateway has kept data in {place}");
        int version = (int)session.Scalar("SELECT version FROM store")!;
        if (version != Migrations.Length)
            throw new StoreException($"the schema has version {version}, this command reads {Migrations.Length}: run the gateway on it once");
    }
}
