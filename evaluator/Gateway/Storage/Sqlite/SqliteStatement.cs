using System;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Defender.Gateway.Storage.Sqlite;

/// <summary>
/// A statement that runs with every report or so: prepared once, and bound and run without the provider's objects,
/// which cost more than the statement. One thread at a time.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    // A thing's name in UTF-8 fits; a longer text is encoded on the heap.
    private const int MaxStackText = 512;

    private readonly sqlite3 _connection;
    private readonly sqlite3_stmt _statement;

    /// <summary>Prepares a statement; its parameters are numbered from 1.</summary>
    /// <exception cref="SqliteException">It cannot be prepared.</exception>
    public SqliteStatement(SqliteConnection connection, string sql)
    {
        _connection = connection.Handle ?? throw new InvalidOperationException("the connection is closed");
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(_connection, sql, out _statement), _connection);
    }

    public void Bind(int parameter, long value) =>
        SqliteException.ThrowExceptionForRC(raw.sqlite3_bind_int64(_statement, parameter, value), _connection);

    public void Bind(int parameter, ReadOnlySpan<byte> blob) =>
        SqliteException.ThrowExceptionForRC(raw.sqlite3_bind_blob(_statement, parameter, blob), _connection);

    public void Bind(int parameter, string text)
    {
        Span<byte> utf8 = text.Length <= MaxStackText / 3 ? stackalloc byte[MaxStackText] : new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        int length = Encoding.UTF8.GetBytes(text, utf8);
        SqliteException.ThrowExceptionForRC(raw.sqlite3_bind_text(_statement, parameter, (ReadOnlySpan<byte>)utf8[..length]), _connection);
    }

    /// <summary>Runs it with what is bound.</summary>
    /// <returns>Rows that it changed.</returns>
    /// <exception cref="SqliteException">It failed.</exception>
    public int Run()
    {
        int result = raw.sqlite3_step(_statement);
        int changes = result == raw.SQLITE_DONE ? raw.sqlite3_changes(_connection) : 0;
        int reset = raw.sqlite3_reset(_statement);
        SqliteException.ThrowExceptionForRC(result == raw.SQLITE_DONE ? reset : result, _connection);
        return changes;
    }

    /// <summary>Steps to the next row of a query; behind the last one it begins anew.</summary>
    /// <exception cref="SqliteException">It failed.</exception>
    public bool Read()
    {
        int result = raw.sqlite3_step(_statement);
        if (result == raw.SQLITE_ROW)
            return true;
        int reset = raw.sqlite3_reset(_statement);
        SqliteException.ThrowExceptionForRC(result == raw.SQLITE_DONE ? reset : result, _connection);
        return false;
    }

    /// <summary>A column of the row, from 0.</summary>
    public long Number(int column) => raw.sqlite3_column_int64(_statement, column);

    /// <inheritdoc cref="Number"/>
    /// <returns>Its bytes, until the next step.</returns>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(_statement, column);

    public void Dispose() => _statement.Dispose();
}
