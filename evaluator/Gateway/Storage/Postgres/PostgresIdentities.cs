using System;
using System.Threading;
using Defender.Gateway.Storage.Identities;
using Npgsql;

namespace Defender.Gateway.Storage.Postgres;

/// <summary>The identities in a schema of PostgreSQL, on pooled connections: they need no lock of the single writer.</summary>
internal sealed class PostgresIdentities : IIdentityDatabase
{
    private readonly PostgresConnections _connections;
    private int _disposed;

    private PostgresIdentities(PostgresConnections connections) => _connections = connections;

    /// <summary>Opens a schema, whoever owns it.</summary>
    /// <param name="connectionString">As Npgsql reads it.</param>
    /// <param name="schema">Holds the tables of the store.</param>
    /// <exception cref="StoreException">There is none, it cannot be opened, or its version is another.</exception>
    public static PostgresIdentities Open(string connectionString, string schema = PostgresStore.DefaultSchema)
    {
        var connections = new PostgresConnections(connectionString, schema);
        try
        {
            return PostgresStore.Guard("open", connections, () =>
            {
                using var session = new PostgresSession(connections.OpenReader());
                PostgresSchema.RequireCurrent(session, connections.Place);
                return new PostgresIdentities(connections);
            });
        }
        catch
        {
            connections.Dispose();
            throw;
        }
    }

    public T Read<T>(Func<ISqlSession, T> read) => Run("read", read);

    public T Write<T>(Func<ISqlSession, T> write) => Run("write", session =>
    {
        using NpgsqlTransaction transaction = session.Connection.BeginTransaction();
        T result = write(session);
        transaction.Commit();
        return result;
    });

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            _connections.Dispose();
    }

    private T Run<T>(string what, Func<PostgresSession, T> run) => PostgresStore.Guard(what, _connections, () =>
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        using var session = new PostgresSession(_connections.OpenReader());
        try
        {
            return run(session);
        }
        catch when (session.IsLost)
        {
            // The others of the pool are likely to be lost too.
            _connections.Forget();
            throw;
        }
    });
}
