using Defender.Gateway.Storage;
using Defender.Gateway.Storage.Identities;

namespace Defender.Gateway.Cli.Identities;

/// <summary>Opens the identities for a verb, beside a running gateway or without one.</summary>
internal static class IdentityAccess
{
    private const string Advice = "stop it; a gateway of this version would have brought the data up to date";

    /// <summary>For reading what is there.</summary>
    /// <exception cref="StoreException">There is nothing, or it cannot be opened.</exception>
    public static IIdentityStore Open(StoreLocation location) => location.MayExist
        ? location.OpenIdentities()
        : throw new StoreException($"no gateway has kept data in {location.DataDirectory}");

    /// <summary>For writing; the data directory and the store are made where they are missing.</summary>
    /// <exception cref="StoreException">They cannot be made or opened.</exception>
    public static IIdentityStore OpenOrCreate(StoreLocation location)
    {
        location = location with { DataDirectory = DataDirectory.Create(location.DataDirectory) };
        try
        {
            return location.OpenIdentities();
        }
        catch (StoreException)
        {
            // There is none yet, or that of an earlier gateway: opened as its owner it comes up to date, or says what is wrong.
            using (DataDirectory.Take(location.DataDirectory, Advice))
                location.Open().Dispose();
            return location.OpenIdentities();
        }
    }
}
