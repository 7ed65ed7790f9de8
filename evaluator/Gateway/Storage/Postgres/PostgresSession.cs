using System;
using System.Collections.Generic;
using System.Data;
using System.Data.Common;
using Npgsql;

namespace Defender.Gateway.Storage.Postgres;

/// <summary>One connection. Used by one thread at a time.</summary>
internal sealed class PostgresSession(NpgsqlConnection connection) : ISqlSession, IDisposable
{
    public NpgsqlConnection Connection { get; } = connection;

    /// <summary>Whether the connection has ended: what ran on it was rolled back, unless it was a COMMIT.</summary>
    public bool IsLost => Connection.State != ConnectionState.Open || (Connection.FullState & ConnectionState.Broken) != 0;

    /// <summary>Seconds that a statement may take from now on; null for what the connection string says.</summary>
    public int? CommandTimeout { get; set; }

    /// <summary>Runs a statement, or several without parameters; returns the number of rows it changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<object?> values)
    {
        using NpgsqlCommand command = Bind(sql, values);
        return command.ExecuteNonQuery();
    }

    /// <summary>The first column of the first row; null where there is none.</summary>
    public object? Scalar(string sql, params ReadOnlySpan<object?> values)
    {
        using NpgsqlCommand command = Bind(sql, values);
        return command.ExecuteScalar() is { } value and not DBNull ? value : null;
    }

    /// <inheritdoc/>
    public List<T> Query<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        using NpgsqlCommand command = Bind(sql, values);
        using NpgsqlDataReader reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    public void Dispose() => Connection.Dispose();

    private NpgsqlCommand Bind(string sql, ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlCommand(sql, Connection);
        if (CommandTimeout is { } seconds)
            command.CommandTimeout = seconds;
        foreach (object? value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        return command;
    }
}
