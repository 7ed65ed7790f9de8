using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Threading;
using Npgsql;
using static Defender.Gateway.Storage.StoredTime;

namespace Defender.Gateway.Storage.Postgres;

/// <summary>
/// The store in one schema of a PostgreSQL database: a connection that writes, and a pool of others that read. A connection
/// that was lost is replaced by the next call.
/// </summary>
/// <remarks>
/// The lock of the single writer belongs to a session of the server, so a pooler between them must keep sessions whole.
/// </remarks>
internal sealed class PostgresStore : IStore
{
    /// <summary>The schema where no other is named.</summary>
    public const string DefaultSchema = "defender";

    // How long a COMMIT that was not answered is asked after, 100 ms apart: a server that crashed is back sooner, as a rule.
    private const int MaxQuestions = 100;
    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromMilliseconds(100);

    private readonly object _gate = new();
    private readonly PostgresConnections _connections;
    private readonly ManualResetEventSlim _closing = new();
    private readonly long? _epoch;
    private WriterSession? _writer;

    private PostgresStore(PostgresConnections connections, WriterSession? writer)
    {
        _connections = connections;
        _writer = writer;
        _epoch = writer?.Epoch;
    }

    /// <summary>Takes a schema for this gateway, makes it where it is missing, and brings it up to date.</summary>
    /// <param name="connectionString">As Npgsql reads it: <c>Host=…;Database=…;Username=…;Password=…</c>.</param>
    /// <param name="schema">Holds all tables of the store: lower-case letters, digits and <c>_</c>.</param>
    /// <exception cref="StoreException">It cannot be opened, or another gateway has it.</exception>
    public static PostgresStore Open(string connectionString, string schema = DefaultSchema) =>
        Open(connectionString, schema, WriterSession.Open);

    /// <summary>Opens a schema for reading, beside a running gateway or without one.</summary>
    /// <param name="connectionString">As Npgsql reads it.</param>
    /// <param name="schema">Holds the tables of the store.</param>
    /// <exception cref="StoreException">There is none, or it cannot be opened.</exception>
    public static PostgresStore OpenForReading(string connectionString, string schema = DefaultSchema) =>
        Open(connectionString, schema, connections =>
        {
            using var session = new PostgresSession(connections.OpenReader());
            PostgresSchema.RequireCurrent(session, connections.Place);
            return null;
        });

    public void Commit(StoreBatch batch) => Write(session =>
    {
        PostgresWriter.Write(session, batch);
        return true;
    });

    public IReadOnlyList<ResourceRow> ReadResources() => Read(StoreQueries.Resources);

    public byte[]? ReadThingState(string thingName) => Read(session => StoreQueries.ThingState(session, thingName));

    public byte[]? ReadValue(string name) => Read(session => StoreQueries.Value(session, name));

    public IReadOnlyList<string> ListThingsInAlarm() => Read(session =>
        session.Query("SELECT thing_name FROM thing_state WHERE in_alarm", row => row.GetString(0)));

    public StoredViolation? ReadViolation(string violationId) => Read(session => StoreQueries.Violation(session, violationId));

    public IReadOnlyList<StoredViolation> ListActiveViolations(ViolationFilter filter, long? before, int limit) =>
        Read(session => StoreQueries.ActiveViolations(session, filter, before, limit));

    public IReadOnlyList<StoredViolationEvent> ListViolationEvents(
        ViolationFilter filter, DateTimeOffset from, DateTimeOffset to, ViolationEventPosition? before, int limit) =>
        Read(session => StoreQueries.ViolationEvents(session, filter, from, to, before, limit));

    public void ReadMetricBlocks(string thingName, DateTimeOffset from, DateTimeOffset to, int limit, MetricBlockRows into)
    {
        into.Clear();
        foreach ((long start, byte[] data) in Read(session => session.Query(
            """
            SELECT b.start, b.data FROM metric_block b
            WHERE b.thing_id = (SELECT id FROM metric_thing WHERE thing_name = $1) AND b.start BETWEEN $2 AND $3
            ORDER BY b.start DESC LIMIT $4
            """,
            row => (row.GetInt64(0), row.GetFieldValue<byte[]>(1)),
            thingName, Millis(from), Millis(to), limit)))
        {
            into.Add(thingName, start, data);
        }
    }

    public IReadOnlyList<OutboxRow> ReadOutbox(string destination, long after, int limit) =>
        Read(session => StoreQueries.Outbox(session, destination, after, limit));

    public IReadOnlyDictionary<string, long> CountOutbox() => Read(StoreQueries.OutboxCounts);

    public void DeleteBefore(DateTimeOffset violations, DateTimeOffset metricValues) => Write(session =>
    {
        PostgresWriter.DeleteBefore(session, violations, metricValues);
        return true;
    });

    public bool DeleteOldestMetricDay(DateTimeOffset today) => Write(session => MetricDays.DropOldest(session, Day(today)));

    /// <summary>Bytes of the schema's tables and indexes on disk, with what is free in them: a dropped day gives back all of its own.</summary>
    public long MeasureSize() => Read(session => (long)session.Scalar(
        "SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM pg_class WHERE relnamespace = $1::text::regnamespace AND relkind = 'r'",
        _connections.Schema)!);

    public void Dispose()
    {
        _closing.Set();
        lock (_gate)
        {
            _writer?.Dispose();
            _writer = null;
        }

        _connections.Dispose();
    }

    private static PostgresStore Open(string connectionString, string schema, Func<PostgresConnections, WriterSession?> open)
    {
        var connections = new PostgresConnections(connectionString, schema);
        try
        {
            return Guard("open", connections, () => new PostgresStore(connections, open(connections)));
        }
        catch
        {
            connections.Dispose();
            throw;
        }
    }

    private T Write<T>(Func<PostgresSession, T> write) => Guard("write", _connections, () =>
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closing.IsSet, this);
            long epoch = _epoch ?? throw new StoreException("the store was opened for reading");
            for (bool isRetry = false; ; isRetry = true)
            {
                WriterSession writer = _writer ??= WriterSession.Reopen(_connections, epoch);
                T result = default!;
                try
                {
                    return writer.Run(session => result = write(session));
                }
                catch (Exception error) when (IsFailure(error) && (writer.IsLost || (writer.InDoubt is not null && error is not PostgresException)))
                {
                    _writer = null;
                    writer.Dispose();
                    if (writer.InDoubt is { } transaction && HasCommitted(transaction, epoch, error))
                        return result;
                    if (isRetry)
                        throw;
                }
            }
        }
    });

    // The next call reopens too, but only now can the caller still be told that its batch is safe.
    private bool HasCommitted(string transaction, long epoch, Exception cause)
    {
        for (int i = 0; i < MaxQuestions; i++)
        {
            try
            {
                _writer ??= WriterSession.Reopen(_connections, epoch);
                return _writer.HasCommitted(transaction);
            }
            catch (Exception error) when (IsFailure(error))
            {
                _writer?.Dispose();
                _writer = null;
                if (_closing.Wait(BetweenQuestions))
                    break;
            }
            catch (StoreException)
            {
                break;
            }
        }

        throw new StoreException($"the connection to {_connections.Place} was lost in a commit: whether the batch was written is not known", cause);
    }

    // Reading again does no harm: a server that was restarted between two calls is no failure of the second.
    private T Read<T>(Func<PostgresSession, T> read) => Guard("read", _connections, () =>
    {
        for (bool isRetry = false; ; isRetry = true)
        {
            ObjectDisposedException.ThrowIf(_closing.IsSet, this);
            using var session = new PostgresSession(_connections.OpenReader());
            try
            {
                return read(session);
            }
            catch (Exception error) when (IsFailure(error) && session.IsLost && !isRetry)
            {
                _connections.Forget();
            }
        }
    });

    internal static T Guard<T>(string what, PostgresConnections connections, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (PostgresException error)
        {
            throw new StoreException($"cannot {what} {connections.Place}: {error.MessageText} (SQLSTATE {error.SqlState})", error);
        }
        catch (Exception error) when (IsFailure(error))
        {
            string cause = error.InnerException is { } inner ? $"{error.Message}: {inner.Message}" : error.Message;
            throw new StoreException($"cannot {what} {connections.Place}: {cause}", error);
        }
    }

    private static bool IsFailure(Exception error) =>
        error is NpgsqlException or SocketException or IOException or TimeoutException or AuthenticationException;
}
