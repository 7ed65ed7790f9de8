using System;
using System.Text.RegularExpressions;
using Npgsql;

namespace Defender.Gateway.Storage.Postgres;

/// <summary>Makes the connections of one store: a pool for reading, and single ones for writing.</summary>
internal sealed partial class PostgresConnections : IDisposable
{
    // The usual limit of the pool, 100, is all that a server admits by default.
    private const int UsualPoolSize = 100;
    private const int MaxPoolSize = 20;

    private readonly NpgsqlDataSource _readers;
    private readonly NpgsqlDataSource _writers;

    /// <summary>Prepares connections; none is made yet.</summary>
    /// <exception cref="StoreException">The connection string or the name of the schema cannot be used.</exception>
    public PostgresConnections(string connectionString, string schema)
    {
        if (!SchemaName().IsMatch(schema) || schema.StartsWith("pg_", StringComparison.Ordinal))
            throw new StoreException($"'{schema}' cannot name the schema: lower-case letters, digits and _ only, at most 63, no digit first, no pg_ first");
        Schema = schema;
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(connectionString)
            {
                SearchPath = schema,
                Enlist = false,
                Multiplexing = false,
                MaxAutoPrepare = 64,
                AutoPrepareMinUsages = 2,
            };
            settings.ApplicationName ??= "defender-gateway";
            if (settings.MaxPoolSize == UsualPoolSize)
                settings.MaxPoolSize = MaxPoolSize;
            Place = $"schema {schema} of database {settings.Database ?? settings.Username} at {settings.Host}:{settings.Port}";
            _readers = NpgsqlDataSource.Create(settings);
            settings.Pooling = false;
            _writers = NpgsqlDataSource.Create(settings);
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidOperationException or NotSupportedException)
        {
            // Without the parser's own words: they may hold a part of the password.
            throw new StoreException(
                "the connection string cannot be read: write it as Host=…;Database=…;Username=…;Password=…, values with ; or = in double quotes");
        }
    }

    /// <summary>The schema that holds the store's tables.</summary>
    public string Schema { get; }

    /// <summary>Where the store is, for messages; without the password.</summary>
    public string Place { get; }

    public NpgsqlConnection OpenReader() => _readers.OpenConnection();

    /// <summary>A connection that ends when it is closed, and the locks it holds with it.</summary>
    public NpgsqlConnection OpenWriter() => _writers.OpenConnection();

    /// <summary>Closes what is pooled: after one connection was lost the others are likely to be.</summary>
    public void Forget() => _readers.Clear();

    public void Dispose()
    {
        _readers.Dispose();
        _writers.Dispose();
    }

    [GeneratedRegex(@"^[a-z_][a-z0-9_]{0,62}\z")]
    private static partial Regex SchemaName();
}
