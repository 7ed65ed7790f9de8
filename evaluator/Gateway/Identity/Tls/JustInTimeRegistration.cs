using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Defender.Evaluator.Things;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.Identities;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Identity.Tls;

/// <summary>
/// Registers certificates at their first connection, when a registered CA with auto-registration vouches for them.
/// </summary>
/// <remarks>
/// DEV-10: AWS registers them as PENDING_ACTIVATION, closes the connection, and publishes a message on which the account's own code
/// activates them; here they are ACTIVE at once and attached to the thing that their common name names.
/// </remarks>
internal sealed class JustInTimeRegistration(IdentityRegistry registry, TimeProvider timeProvider, ILogger<JustInTimeRegistration> logger)
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const string CommonName = "2.5.4.3";

    /// <summary>Registers a certificate; null when nobody vouches for it.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public CertificateRow? TryRegister(X509Certificate2 certificate, string certificateId)
    {
        DateTimeOffset now = timeProvider.GetUtcNow();
        if (registry.Cas.FirstOrDefault(ca => ca.AutoRegistration && Vouches(ca, certificate, now)) is not { } issuer)
            return null;
        var row = new CertificateRow(
            certificateId, CertificateStatus.Active, ThingNameOf(certificate), [], certificate.NotBefore, certificate.NotAfter, now, CertificateOrigin.Jitr, issuer.CertificateId);
        // Another connection of the same device, or another gateway, may have been quicker: what it registered holds.
        if (!registry.TryRegister(row))
            return registry.Find(certificateId);
        logger.CertificateTaken(certificateId, row.ThingName ?? "none");
        return row;
    }

    private static bool Vouches(RegisteredCaRow ca, X509Certificate2 certificate, DateTimeOffset now)
    {
        try
        {
            using X509Certificate2 root = X509CertificateLoader.LoadCertificate(ca.Certificate);
            if (!certificate.IssuerName.RawData.AsSpan().SequenceEqual(root.SubjectName.RawData))
                return false;
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(root);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.DisableCertificateDownloads = true;
            chain.ChainPolicy.VerificationTime = now.LocalDateTime;
            // A certificate without extended key usage is good for all.
            chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
            return chain.Build(certificate);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>The common name, when there is one and it can name a thing.</summary>
    private static string? ThingNameOf(X509Certificate2 certificate)
    {
        try
        {
            List<string?> names = [.. certificate.SubjectName.EnumerateRelativeDistinguishedNames()
                .Where(part => !part.HasMultipleElements && part.GetSingleElementType().Value == CommonName)
                .Select(part => part.GetSingleElementValue())];
            return names is [{ } name] && ThingName.IsValid(name, out _) ? name : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
