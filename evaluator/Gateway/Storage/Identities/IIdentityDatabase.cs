using System;

namespace Defender.Gateway.Storage.Identities;

/// <summary>Sessions of a database for the identities. Thread-safe.</summary>
internal interface IIdentityDatabase : IDisposable
{
    /// <summary>Reads what is committed.</summary>
    /// <exception cref="StoreException">The database could not be read.</exception>
    T Read<T>(Func<ISqlSession, T> read);

    /// <summary>Writes as one transaction, which other processes wait for; nothing is written when it throws.</summary>
    /// <exception cref="StoreException">The database could not be written.</exception>
    T Write<T>(Func<ISqlSession, T> write);
}
