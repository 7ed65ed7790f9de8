using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Defender.Gateway.Storage;

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
