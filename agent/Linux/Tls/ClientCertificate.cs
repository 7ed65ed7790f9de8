using System;
using System.IO;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Defender.Agent.Linux.Tls;

/// <summary>The certificate of the thing and its key, as SslStream wants them.</summary>
internal sealed class ClientCertificate : IDisposable
{
    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2Collection _chain = [];

    private ClientCertificate(string certificateFile, string keyFile)
    {
        _certificate = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        _chain.ImportFromPemFile(certificateFile);
        Context = SslStreamCertificateContext.Create(_certificate, _chain, offline: true);
    }

    public SslStreamCertificateContext Context { get; }

    /// <summary>Reads it; null when none is configured.</summary>
    /// <exception cref="IOException">A file cannot be used.</exception>
    public static ClientCertificate? Read(TlsOptions options)
    {
        if (options.CertificateFile is not { } certificateFile || options.KeyFile is not { } keyFile)
            return null;

        try
        {
            return new ClientCertificate(certificateFile, keyFile);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException or UnauthorizedAccessException or IOException)
        {
            throw TlsFiles.Unusable($"client certificate {certificateFile} with key", keyFile, failure.Message);
        }
    }

    public void Dispose()
    {
        _certificate.Dispose();
        foreach (X509Certificate2 certificate in _chain)
            certificate.Dispose();
    }
}
