namespace Defender.Gateway.Storage.Identities;

/// <summary>Whether a certificate may connect. AWS: CertificateStatus.</summary>
internal enum CertificateStatus
{
    /// <summary>It may connect.</summary>
    Active,

    /// <summary>It may not connect until it is activated.</summary>
    Inactive,

    /// <summary>It may never connect again.</summary>
    Revoked,
}
