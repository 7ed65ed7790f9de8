using System;
using Defender.Gateway.Storage.Identities;
using Defender.Gateway.Storage.Postgres;
using Defender.Gateway.Tests.Running;
using Xunit;

namespace Defender.Gateway.Tests.Storage.Postgres;

/// <summary>The identities on PostgreSQL, beside the gateway that has the lock.</summary>
[NeedsPostgres]
[Collection(PostgresCollection.Name)]
public sealed class PostgresIdentityTests(PostgresServer server) : IdentityConformance, IDisposable
{
    private readonly string _schema = $"test_{Guid.NewGuid():n}";
    private PostgresStore? _store;

    public void Dispose() => _store?.Dispose();

    private protected override IIdentityStore Open()
    {
        _store ??= PostgresStore.Open(server.ConnectionString, _schema);
        return new IdentityStore(PostgresIdentities.Open(server.ConnectionString, _schema));
    }
}
