using System;
using System.Collections.Generic;
using Npgsql;

namespace Defender.Gateway.Storage.Postgres;

/// <summary>Statements that are sent together.</summary>
internal sealed class StatementBatch(NpgsqlConnection connection) : IDisposable
{
    private readonly NpgsqlBatch _batch = new(connection);

    /// <summary>Adds a statement whose parameters are the columns of rows; none when there are no rows.</summary>
    public void AddFor<T>(ICollection<T> rows, string sql, Func<ICollection<T>, Array[]> columns)
    {
        if (rows.Count == 0)
            return;
        var statement = new NpgsqlBatchCommand(sql);
        foreach (Array column in columns(rows))
            statement.Parameters.Add(new NpgsqlParameter { Value = column });
        _batch.BatchCommands.Add(statement);
    }

    public void Execute()
    {
        if (_batch.BatchCommands.Count > 0)
            _batch.ExecuteNonQuery();
    }

    public void Dispose() => _batch.Dispose();
}
