using Defender.Gateway.Tests.Running;
using Npgsql;
using Xunit;

namespace Defender.Gateway.Tests.Storage.Postgres;

/// <summary>One server for all tests that need one.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresServer>
{
    public const string Name = "PostgreSQL";

    /// <summary>Runs a statement as the administrator; returns the first value it answers with.</summary>
    public static object? Execute(PostgresServer server, string sql)
    {
        using NpgsqlDataSource source = NpgsqlDataSource.Create($"{server.ConnectionString};Pooling=false");
        using NpgsqlCommand command = source.CreateCommand(sql);
        return command.ExecuteScalar();
    }
}
