using System.IO;
using Defender.Gateway.Storage.Identities;
using Defender.Gateway.Storage.Postgres;
using Defender.Gateway.Storage.Sqlite;

namespace Defender.Gateway.Storage;

/// <summary>Where a gateway keeps its data: in its data directory, or in PostgreSQL.</summary>
/// <param name="DataDirectory">The data directory, which keeps the access keys either way.</param>
/// <param name="Postgres">A connection string of Npgsql; null for SQLite.</param>
internal sealed record StoreLocation(string DataDirectory, string? Postgres)
{
    /// <summary>Opens the store for the one gateway that owns it, and brings it up to date.</summary>
    /// <exception cref="StoreException">It cannot be opened, or another gateway has it.</exception>
    public IStore Open() => Postgres is null ? SqliteStore.Open(DataDirectory) : PostgresStore.Open(Postgres);

    /// <summary>Opens the store for reading, beside a running gateway or without one.</summary>
    /// <exception cref="StoreException">There is none, or it cannot be opened.</exception>
    public IStore OpenForReading() => Postgres is null ? SqliteStore.OpenForReading(DataDirectory) : PostgresStore.OpenForReading(Postgres);

    /// <summary>Opens the identities of a store that was opened before, whoever owns it now.</summary>
    /// <exception cref="StoreException">There is none, or it cannot be opened.</exception>
    public IIdentityStore OpenIdentities() => new IdentityStore(
        Postgres is null ? SqliteIdentities.Open(DataDirectory) : PostgresIdentities.Open(Postgres));

    /// <summary>Whether a gateway may have kept data here; PostgreSQL tells when it is opened.</summary>
    public bool MayExist => Postgres is not null || File.Exists(Path.Combine(DataDirectory, SqliteStore.FileName));
}
