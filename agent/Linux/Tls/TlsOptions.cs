namespace Defender.Agent.Linux.Tls;

/// <summary>How a server is trusted and what it is shown. Files are read anew for each connection: renewed ones count then.</summary>
internal sealed class TlsOptions
{
    /// <summary>Which library encrypts. Default <see cref="TlsImplementation.Auto"/>.</summary>
    public TlsImplementation Implementation { get; init; } = TlsImplementation.Auto;

    /// <summary>PEM file of the certificates that the server's has to come from, and no other then; null for those that the system trusts.</summary>
    public string? RootCaFile { get; init; }

    /// <summary>PEM file of the thing's certificate, intermediates after it; null shows none. Needs <see cref="KeyFile"/>.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file of its private key, not encrypted: PKCS#8, SEC1 (EC) or PKCS#1 (RSA). Needs <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; init; }

    /// <summary>The name that the server's certificate has to carry and that SNI asks for; null for the host of the endpoint.</summary>
    public string? ServerName { get; init; }
}
