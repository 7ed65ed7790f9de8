using System;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Defender.Gateway.Tests.Identity;

/// <summary>Certificates that were not made by the gateway.</summary>
internal static class Pki
{
    public static X509Certificate2 Ca(string name = "someone's CA", TimeSpan? age = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        DateTimeOffset begin = TimeProvider.System.GetUtcNow() - (age ?? TimeSpan.FromDays(1));
        return request.CreateSelfSigned(begin, begin.AddDays(400));
    }

    /// <summary>A certificate with its key; of the CA, or of itself.</summary>
    public static X509Certificate2 Leaf(string subject, X509Certificate2? ca = null, TimeSpan? begins = null, TimeSpan? ends = null, string? usage = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        if (usage is not null)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        DateTimeOffset now = TimeProvider.System.GetUtcNow(), begin = now + (begins ?? TimeSpan.FromHours(-1)), end = now + (ends ?? TimeSpan.FromDays(30));
        if (ca is null)
            return request.CreateSelfSigned(begin, end);
        byte[] serial = RandomNumberGenerator.GetBytes(12);
        serial[0] = 1;
        using X509Certificate2 certificate = request.Create(ca, begin, end, serial);
        return certificate.CopyWithPrivateKey(key);
    }
}
