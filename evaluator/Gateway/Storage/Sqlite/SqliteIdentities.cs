using System;
using System.IO;
using System.Threading;
using Defender.Gateway.Storage.Identities;
using Microsoft.Data.Sqlite;

namespace Defender.Gateway.Storage.Sqlite;

/// <summary>
/// The identities in the database of a data directory: one connection of their own, which takes its turn to write beside the
/// gateway's.
/// </summary>
internal sealed class SqliteIdentities : IIdentityDatabase
{
    private readonly Lock _gate = new();
    private readonly SqliteSession _session;
    private readonly WriteTurn _turn;

    private SqliteIdentities(SqliteSession session, WriteTurn turn)
    {
        _session = session;
        _turn = turn;
    }

    /// <summary>Opens the database, whoever owns it.</summary>
    /// <exception cref="StoreException">There is none, it cannot be opened, or its version is another.</exception>
    public static SqliteIdentities Open(string directory) => SqliteStore.Guard("open", () =>
    {
        string path = Path.Combine(directory, SqliteStore.FileName);
        if (!File.Exists(path))
            throw new StoreException($"no gateway has kept data in {directory}");
        var session = new SqliteSession(path, SqliteOpenMode.ReadWrite);
        try
        {
            SqliteSchema.RequireCurrent(session.Connection);
            session.Execute("PRAGMA synchronous = FULL");
            return new SqliteIdentities(session, WriteTurn.Open(path));
        }
        catch
        {
            session.Dispose();
            throw;
        }
    });

    public T Read<T>(Func<ISqlSession, T> read) => SqliteStore.Guard("read", () =>
    {
        lock (_gate)
            return read(_session);
    });

    public T Write<T>(Func<ISqlSession, T> write) => SqliteStore.Guard("write", () =>
    {
        lock (_gate)
        {
            using WriteTurn.Held turn = _turn.Take();
            _session.Begin();
            try
            {
                T result = write(_session);
                _session.Commit();
                return result;
            }
            finally
            {
                _session.RollBack();
            }
        }
    });

    public void Dispose()
    {
        lock (_gate)
        {
            _session.Dispose();
            _turn.Dispose();
        }
    }
}
