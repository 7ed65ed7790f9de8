using System;
using System.IO;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Defender.Agent.Linux.Tests.Tls;

/// <summary>A certificate authority in a directory of its own, and what it issues as PEM files.</summary>
internal sealed class TestAuthority : IDisposable
{
    public const string ServerUsage = "1.3.6.1.5.5.7.3.1";
    public const string ClientUsage = "1.3.6.1.5.5.7.3.2";

    private readonly X509Certificate2 _authority;
    private int _files;

    public TestAuthority(string name = "test CA")
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        _authority = request.CreateSelfSigned(Now.AddDays(-30), Now.AddDays(30));
        File.WriteAllText(RootFile, _authority.ExportCertificatePem());
    }

    public static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("defender-tls-").FullName;

    public string RootFile => Path.Combine(Directory, "ca.pem");

    public void Dispose()
    {
        _authority.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    /// <summary>Issues a certificate for localhost and 127.0.0.1; gives the files of certificate and key.</summary>
    public (string Certificate, string Key) Issue(
        string host = "localhost", string? usage = ServerUsage, double fromDays = -1, double toDays = 1, AsymmetricAlgorithm? key = null)
    {
        using AsymmetricAlgorithm made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        AsymmetricAlgorithm used = key ?? made;
        using X509Certificate2 certificate = RequestFor(used, host, usage)
            .Create(_authority.SubjectName, X509SignatureGenerator.CreateForECDsa(_authority.GetECDsaPrivateKey()!),
                Now.AddDays(fromDays), Now.AddDays(toDays), RandomNumberGenerator.GetBytes(8));
        return Write(certificate, used.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>A certificate that signs itself.</summary>
    public (string Certificate, string Key) SelfSigned()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = RequestFor(key, "localhost", ServerUsage).CreateSelfSigned(Now.AddDays(-1), Now.AddDays(1));
        return Write(certificate, key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Revokes a certificate; gives the file of the list.</summary>
    public string Revoke(string certificateFile)
    {
        using X509Certificate2 certificate = X509Certificate2.CreateFromPem(File.ReadAllText(certificateFile));
        CertificateRevocationListBuilder list = new();
        list.AddEntry(certificate);
        return WriteFile(new string(PemEncoding.Write("X509 CRL", list.Build(_authority, 1, Now.AddDays(1), HashAlgorithmName.SHA256))));
    }

    public string WriteFile(string text)
    {
        string path = Path.Combine(Directory, $"{++_files}.pem");
        File.WriteAllText(path, text);
        return path;
    }

    private (string Certificate, string Key) Write(X509Certificate2 certificate, string key) =>
        (WriteFile(certificate.ExportCertificatePem()), WriteFile(key));

    private static CertificateRequest RequestFor(AsymmetricAlgorithm key, string host, string? usage)
    {
        CertificateRequest request = key is RSA rsa
            ? new CertificateRequest("CN=device", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest("CN=device", (ECDsa)key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(host);
        if (host == "localhost")
            names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        if (usage is not null)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        return request;
    }
}
