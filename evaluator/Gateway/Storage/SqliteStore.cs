using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.Data.Sqlite;

namespace Defender.Gateway.Storage;

/// <summary>
/// The store in one SQLite file: write-ahead log, every commit synced to disk, statements prepared once. Reads are locked
/// against the writer of the same instance; other processes read beside it.
/// </summary>
internal sealed class SqliteStore : IStore
{
    /// <summary>The database file below the data directory.</summary>
    public const string FileName = "defender.db";

    private readonly object _gate = new();
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _writeState;
    private readonly SqliteCommand _writeEvent;
    private readonly SqliteCommand _writeFleet;
    private readonly SqliteCommand _readState;

    private SqliteStore(SqliteConnection connection)
    {
        _connection = connection;
        _writeState = Prepare(
            """
            INSERT INTO thing_state (thing_name, state, in_alarm, written_at) VALUES ($thing, $state, $in_alarm, $written_at)
            ON CONFLICT (thing_name) DO UPDATE SET state = excluded.state, in_alarm = excluded.in_alarm, written_at = excluded.written_at
            """,
            "$thing", "$state", "$in_alarm", "$written_at");
        _writeEvent = Prepare(
            """
            INSERT OR IGNORE INTO violation_event
                (violation_id, thing_name, security_profile_name, behavior_name, type, time, document)
            VALUES ($violation, $thing, $profile, $behavior, $type, $time, $document)
            """,
            "$violation", "$thing", "$profile", "$behavior", "$type", "$time", "$document");
        _writeFleet = Prepare("INSERT OR REPLACE INTO fleet_statistics (id, state) VALUES (1, $state)", "$state");
        _readState = Prepare("SELECT state FROM thing_state WHERE thing_name = $thing", "$thing");
    }

    /// <summary>Opens the database of a data directory for the one gateway that owns it, and brings it up to date.</summary>
    /// <exception cref="StoreException">It cannot be opened.</exception>
    public static SqliteStore Open(string directory) => Guard("open", () =>
    {
        SqliteConnection connection = Connect(Path.Combine(directory, FileName), SqliteOpenMode.ReadWriteCreate);
        Pragma(connection, "PRAGMA journal_mode = WAL");
        // What was acknowledged must outlive a power cut, not only a crash of the process.
        Pragma(connection, "PRAGMA synchronous = FULL");
        SqliteSchema.Migrate(connection);
        return new SqliteStore(connection);
    });

    /// <summary>Opens the database of a data directory for reading, beside a running gateway or without one.</summary>
    /// <exception cref="StoreException">There is none, or it cannot be opened.</exception>
    public static SqliteStore OpenForReading(string directory) => Guard("open", () =>
    {
        string path = Path.Combine(directory, FileName);
        if (!File.Exists(path))
            throw new StoreException($"no gateway has kept data in {directory}");
        SqliteConnection connection = Connect(path, SqliteOpenMode.ReadOnly);
        SqliteSchema.RequireCurrent(connection);
        return new SqliteStore(connection);
    });

    public void Commit(StoreBatch batch) => Guard("write", () =>
    {
        lock (_gate)
        {
            using SqliteTransaction transaction = _connection.BeginTransaction();
            _writeState.Transaction = _writeEvent.Transaction = _writeFleet.Transaction = transaction;
            foreach (ThingStateRow row in batch.ThingStates)
                Execute(_writeState, row.ThingName, row.State.ToArray(), row.InAlarm, row.WrittenAt.ToUnixTimeMilliseconds());
            foreach (StoredViolationEvent row in batch.ViolationEvents)
            {
                Execute(_writeEvent, row.ViolationId, row.ThingName, row.SecurityProfileName, row.BehaviorName, row.Type,
                    row.Time.ToUnixTimeMilliseconds(), row.Document);
            }

            if (batch.FleetStatistics is { } fleet)
                Execute(_writeFleet, fleet.ToArray());
            transaction.Commit();
        }

        return true;
    });

    public byte[]? ReadThingState(string thingName) => Guard("read", () =>
    {
        lock (_gate)
        {
            _readState.Parameters[0].Value = thingName;
            return _readState.ExecuteScalar() as byte[];
        }
    });

    public byte[]? ReadFleetStatistics() => Guard("read", () =>
        Query("SELECT state FROM fleet_statistics", [], row => row.GetFieldValue<byte[]>(0)).FirstOrDefault());

    public IReadOnlyList<string> ListThingsInAlarm() => Guard("read", () =>
        Query("SELECT thing_name FROM thing_state WHERE in_alarm = 1 ORDER BY thing_name", [], row => row.GetString(0)));

    public IReadOnlyList<StoredViolationEvent> ListViolationEvents(int limit) => Guard("read", () =>
        Query(
            """
            SELECT violation_id, thing_name, security_profile_name, behavior_name, type, time, document
            FROM violation_event ORDER BY time DESC, id DESC LIMIT $limit
            """,
            [("$limit", limit)],
            row => new StoredViolationEvent(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4),
                DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)), row.GetFieldValue<byte[]>(6))));

    public void DeleteBefore(DateTimeOffset time) => Guard("write", () =>
    {
        lock (_gate)
        {
            using SqliteCommand command = _connection.CreateCommand();
            command.CommandText =
                "DELETE FROM violation_event WHERE time < $time; DELETE FROM thing_state WHERE in_alarm = 0 AND written_at < $time";
            command.Parameters.AddWithValue("$time", time.ToUnixTimeMilliseconds());
            return command.ExecuteNonQuery();
        }
    });

    public void Dispose()
    {
        lock (_gate)
        {
            _writeState.Dispose();
            _writeEvent.Dispose();
            _writeFleet.Dispose();
            _readState.Dispose();
            _connection.Dispose();
        }
    }

    private static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        SystemSqlite.EnsureLoaded();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = 5,
        }.ToString());
        connection.Open();
        return connection;
    }

    private static void Pragma(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteScalar();
    }

    private SqliteCommand Prepare(string sql, params ReadOnlySpan<string> parameters)
    {
        SqliteCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (string parameter in parameters)
            command.Parameters.Add(new SqliteParameter { ParameterName = parameter });
        return command;
    }

    private static void Execute(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (int i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i];
        command.ExecuteNonQuery();
    }

    private List<T> Query<T>(string sql, ReadOnlySpan<(string Name, object Value)> parameters, Func<SqliteDataReader, T> read)
    {
        lock (_gate)
        {
            using SqliteCommand command = _connection.CreateCommand();
            command.CommandText = sql;
            foreach ((string name, object value) in parameters)
                command.Parameters.AddWithValue(name, value);
            using SqliteDataReader reader = command.ExecuteReader();
            var rows = new List<T>();
            while (reader.Read())
                rows.Add(read(reader));
            return rows;
        }
    }

    private static T Guard<T>(string what, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (SqliteException error)
        {
            throw new StoreException($"cannot {what} the database: {error.Message}", error);
        }
        catch (TypeInitializationException error) when (error.InnerException is StoreException inner)
        {
            throw inner;
        }
    }
}
