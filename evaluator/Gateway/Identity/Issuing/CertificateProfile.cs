using System;
using System.Collections.Generic;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Defender.Gateway.Identity.Issuing;

/// <summary>The certificates that the gateway makes: ECDSA P-256, what RFC 5280 asks of each kind and nothing else.</summary>
internal static class CertificateProfile
{
    /// <summary>RFC 5280, A.1: characters of a common name.</summary>
    private const int MaxCommonName = 64;

    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    // Clocks of devices are often behind.
    private static readonly TimeSpan Backdating = TimeSpan.FromHours(1);

    /// <summary>A CA for certificates of devices and of this gateway, with its key.</summary>
    public static X509Certificate2 CreateCa(DateTimeOffset now, TimeSpan validity)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // Two gateways' CAs are told apart by name, too: some clients look one up by it.
        var request = new CertificateRequest(Named($"DefenderAgent gateway CA {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}"), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request.CreateSelfSigned(now - Backdating, now + validity);
    }

    /// <summary>A certificate of this gateway, with its key.</summary>
    /// <param name="ca">The CA, with its key.</param>
    /// <param name="names">Host names and addresses that clients know it by.</param>
    /// <param name="now">Now.</param>
    /// <param name="validity">For how long; not longer than the CA.</param>
    public static X509Certificate2 CreateServer(X509Certificate2 ca, IEnumerable<string> names, DateTimeOffset now, TimeSpan validity)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Named("DefenderAgent gateway"), key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (string name in names)
        {
            if (IPAddress.TryParse(name, out IPAddress? address))
                alternatives.AddIpAddress(address);
            else
                alternatives.AddDnsName(name);
        }

        request.CertificateExtensions.Add(alternatives.Build());
        return Issue(ca, request, key, ServerAuthentication, now, validity);
    }

    /// <summary>A certificate of a device, with its key.</summary>
    /// <param name="ca">The CA, with its key.</param>
    /// <param name="thingName">Goes into the subject as far as it fits; the registry says which thing a certificate is attached to.</param>
    /// <param name="now">Now.</param>
    /// <param name="validity">For how long; not longer than the CA.</param>
    public static X509Certificate2 CreateDevice(X509Certificate2 ca, string thingName, DateTimeOffset now, TimeSpan validity)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Named(thingName.Length <= MaxCommonName ? thingName : "DefenderAgent device"), key, HashAlgorithmName.SHA256);
        return Issue(ca, request, key, ClientAuthentication, now, validity);
    }

    private static X509Certificate2 Issue(
        X509Certificate2 ca, CertificateRequest request, ECDsa key, string usage, DateTimeOffset now, TimeSpan validity)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(ca, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        DateTimeOffset begin = now - Backdating, caBegin = ca.NotBefore, end = now + validity, caEnd = ca.NotAfter;
        // RFC 5280, 4.1.2.2: positive, at most 20 octets.
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7f) | 0x40);
        using X509Certificate2 certificate = request.Create(ca, begin > caBegin ? begin : caBegin, end < caEnd ? end : caEnd, serial);
        return certificate.CopyWithPrivateKey(key);
    }

    private static X500DistinguishedName Named(string commonName)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(commonName);
        return name.Build();
    }
}
