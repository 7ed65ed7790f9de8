using System;
using System.IO;
using System.Threading;
using Defender.Gateway.Storage.Identities;
using Microsoft.Data.Sqlite;

namespace Defender.Gateway.Storage.Sqlite;

/// <summary>
/// The identities in the database of a data directory: one connection to read, and one which takes its turn to write beside the
/// gateway's. Who reads never waits for who writes, here as little as in SQLite: a revocation is not seen later because a
/// certificate that registers itself waits for its turn.
/// </summary>
internal sealed class SqliteIdentities : IIdentityDatabase
{
    private readonly Lock _reading = new();
    private readonly Lock _writing = new();
    private readonly SqliteSession _reader;
    private readonly SqliteSession _writer;
    private readonly WriteTurn _turn;

    private SqliteIdentities(SqliteSession reader, SqliteSession writer, WriteTurn turn)
    {
        _reader = reader;
        _writer = writer;
        _turn = turn;
    }

    /// <summary>Opens the database, whoever owns it.</summary>
    /// <exception cref="StoreException">There is none, it cannot be opened, or its version is another.</exception>
    public static SqliteIdentities Open(string directory) => SqliteStore.Guard("open", () =>
    {
        string path = Path.Combine(directory, SqliteStore.FileName);
        if (!File.Exists(path))
            throw new StoreException($"no gateway has kept data in {directory}");
        var writer = new SqliteSession(path, SqliteOpenMode.ReadWrite);
        SqliteSession? reader = null;
        try
        {
            SqliteSchema.RequireCurrent(writer.Connection);
            writer.Execute("PRAGMA synchronous = FULL");
            reader = new SqliteSession(path, SqliteOpenMode.ReadWrite);
            reader.Execute("PRAGMA query_only = ON");
            return new SqliteIdentities(reader, writer, WriteTurn.Open(path));
        }
        catch
        {
            reader?.Dispose();
            writer.Dispose();
            throw;
        }
    });

    public T Read<T>(Func<ISqlSession, T> read) => SqliteStore.Guard("read", () =>
    {
        lock (_reading)
            return read(_reader);
    });

    public T Write<T>(Func<ISqlSession, T> write) => SqliteStore.Guard("write", () =>
    {
        lock (_writing)
        {
            using WriteTurn.Held turn = _turn.Take();
            _writer.Begin();
            try
            {
                T result = write(_writer);
                _writer.Commit();
                return result;
            }
            finally
            {
                _writer.RollBack();
            }
        }
    });

    public void Dispose()
    {
        lock (_reading)
            _reader.Dispose();
        lock (_writing)
        {
            _writer.Dispose();
            _turn.Dispose();
        }
    }
}
