using System;
using System.Net.Sockets;
using Npgsql;

namespace Defender.Gateway.Storage.Postgres;

/// <summary>
/// The one connection that writes. It holds the lock of the single writer itself, so that a gateway which loses the one
/// has lost the other: nothing is ever written without the lock. Used by one thread at a time.
/// </summary>
internal sealed class WriterSession : IDisposable
{
    private const string LockNotAvailable = "55P03";

    private readonly PostgresSession _session;

    private WriterSession(PostgresSession session, long epoch)
    {
        _session = session;
        Epoch = epoch;
    }

    /// <summary>Which opening of the store this is.</summary>
    public long Epoch { get; }

    public bool IsLost => _session.IsLost;

    /// <summary>The transaction whose COMMIT was sent and not answered; null when there is none.</summary>
    public string? InDoubt { get; private set; }

    /// <summary>Takes the store for this process and brings it up to date.</summary>
    /// <exception cref="StoreException">Another gateway has it.</exception>
    public static WriterSession Open(PostgresConnections connections) => Take(connections, session =>
    {
        PostgresSchema.Migrate(session, connections.Schema);
        return (long)session.Scalar("UPDATE store SET epoch = epoch + 1 RETURNING epoch")!;
    });

    /// <summary>Takes the store again after the connection was lost.</summary>
    /// <exception cref="StoreException">Another gateway has it, or had it meanwhile.</exception>
    public static WriterSession Reopen(PostgresConnections connections, long epoch) => Take(connections, session =>
        session.Scalar("SELECT epoch FROM store") is long current && current == epoch
            ? epoch
            : throw new StoreException($"another gateway has written to {connections.Place} meanwhile: stop it, and start this one again"));

    /// <summary>Whether a transaction of a lost session was committed. No longer under way: its session held the lock.</summary>
    public bool HasCommitted(string transaction) =>
        _session.Scalar("SELECT pg_xact_status($1::text::xid8)", transaction) is "committed";

    /// <summary>Writes as one transaction.</summary>
    public T Run<T>(Func<PostgresSession, T> write)
    {
        InDoubt = null;
        _session.CommandTimeout = null;
        using NpgsqlTransaction transaction = _session.Connection.BeginTransaction();
        string id = (string)_session.Scalar("SELECT pg_current_xact_id()::text")!;
        T result = write(_session);
        InDoubt = id;
        transaction.Commit();
        InDoubt = null;
        return result;
    }

    public void Dispose()
    {
        try
        {
            // Not left to the server's noticing that the connection has ended: the next gateway may be waiting.
            if (!_session.IsLost)
                _session.Execute("SELECT pg_advisory_unlock_all()");
        }
        catch (Exception error) when (error is NpgsqlException or SocketException or InvalidOperationException)
        {
            // It ends with the connection then.
        }

        _session.Dispose();
    }

    private static WriterSession Take(PostgresConnections connections, Func<PostgresSession, long> readEpoch)
    {
        var session = new PostgresSession(connections.OpenWriter());
        try
        {
            session.Execute(
                """
                -- A gateway whose machine has vanished holds the lock no longer than these let it.
                SET tcp_keepalives_idle = 10;
                SET tcp_keepalives_interval = 5;
                SET tcp_keepalives_count = 3;
                -- What was acknowledged must outlive a power cut. Any other setting syncs to disk, some do more.
                SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
                """);
            Lock(session, connections);
            return new WriterSession(session, readEpoch(session));
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    // Waits a little: a gateway that was stopped a moment ago may still be on its way out.
    private static void Lock(PostgresSession session, PostgresConnections connections)
    {
        try
        {
            using NpgsqlTransaction transaction = session.Connection.BeginTransaction();
            session.Execute("SET LOCAL lock_timeout = '2s'");
            session.Execute("SELECT pg_advisory_lock(hashtextextended($1, 0))", $"defender-gateway/{connections.Schema}");
            transaction.Commit();
        }
        catch (PostgresException error) when (error.SqlState == LockNotAvailable)
        {
            throw new StoreException(
                $"another gateway writes to {connections.Place}: stop it, or give this one a schema of its own", error);
        }
    }
}
