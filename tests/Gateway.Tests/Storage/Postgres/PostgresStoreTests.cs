using System;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.Postgres;
using Defender.Gateway.Tests.Running;
using Xunit;

namespace Defender.Gateway.Tests.Storage.Postgres;

/// <summary>The contract of stores on PostgreSQL.</summary>
[NeedsPostgres]
[Collection(PostgresCollection.Name)]
public sealed class PostgresStoreTests(PostgresServer server) : StoreConformance
{
    private readonly string _schema = $"test_{Guid.NewGuid():n}";

    private protected override IStore Open(int place = 0) => PostgresStore.Open(server.ConnectionString, $"{_schema}_{place}");

    private protected override IStore OpenForReading() => PostgresStore.OpenForReading(server.ConnectionString, $"{_schema}_0");
}
