namespace Defender.Gateway.Storage.Identities;

/// <summary>How a certificate came into the registry.</summary>
internal enum CertificateOrigin
{
    /// <summary>The gateway's own CA issued it.</summary>
    Enrolled,

    /// <summary>It was taken at its first connection, as a registered CA vouches for it (AWS: just-in-time registration).</summary>
    Jitr,

    /// <summary>It was made elsewhere and registered by hand.</summary>
    Imported,
}
