using System;
using System.Collections.Generic;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Defender.Gateway.Storage.Sqlite;

/// <summary>One connection with its statements, each prepared once. Used by one thread at a time.</summary>
internal sealed class SqliteSession : ISqlSession, IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);

    /// <summary>Opens a connection.</summary>
    /// <exception cref="SqliteException">It cannot be opened.</exception>
    public SqliteSession(string path, SqliteOpenMode mode)
    {
        SystemSqlite.EnsureLoaded();
        Connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = 5,
        }.ToString());
        Connection.Open();
        // A command may write beside the gateway for some milliseconds: SQLite asks again soon, the provider only every 150 ms.
        Execute("PRAGMA busy_timeout = 5000");
    }

    public SqliteConnection Connection { get; }

    private bool IsInTransaction => raw.sqlite3_get_autocommit(Connection.Handle) == 0;

    /// <summary>Runs a statement; parameters are named <c>$1</c>, <c>$2</c>, … in the order given, null is NULL.</summary>
    public int Execute(string sql, params ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteNonQuery();

    /// <summary>The first column of the first row; null where there is none.</summary>
    public object? Scalar(string sql, params ReadOnlySpan<object?> values) =>
        Bind(sql, values).ExecuteScalar() is { } value and not DBNull ? value : null;

    /// <inheritdoc/>
    public List<T> Query<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        using SqliteDataReader reader = Bind(sql, values).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    /// <summary>The statement of a text, prepared once.</summary>
    public SqliteStatement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out SqliteStatement? statement))
            _statements.Add(sql, statement = new SqliteStatement(Connection, sql));
        return statement;
    }

    /// <summary>Reads with several statements what was stored at one moment.</summary>
    public T InSnapshot<T>(Func<T> read)
    {
        if (IsInTransaction)
            return read();
        Prepare("BEGIN").Run();
        try
        {
            return read();
        }
        finally
        {
            RollBack();
        }
    }

    /// <summary>Begins a transaction that writes; waits for those of others.</summary>
    public void Begin() => Prepare("BEGIN IMMEDIATE").Run();

    /// <summary>Commits the transaction.</summary>
    public void Commit() => Prepare("COMMIT").Run();

    /// <summary>Ends the transaction, where SQLite has not done so itself, without its changes.</summary>
    public void RollBack()
    {
        if (IsInTransaction)
            Prepare("ROLLBACK").Run();
    }

    public void Dispose()
    {
        foreach (SqliteCommand command in _commands.Values)
            command.Dispose();
        foreach (SqliteStatement statement in _statements.Values)
            statement.Dispose();
        Connection.Dispose();
    }

    private SqliteCommand Bind(string sql, ReadOnlySpan<object?> values)
    {
        if (!_commands.TryGetValue(sql, out SqliteCommand? command))
        {
            command = Connection.CreateCommand();
            command.CommandText = sql;
            for (int i = 1; i <= values.Length; i++)
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
            _commands.Add(sql, command);
        }

        for (int i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }
}
