using System;
using System.Security.Cryptography.X509Certificates;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.Identities;

namespace Defender.Gateway.Identity.Tls;

/// <summary>Whether a client's certificate may connect. AWS: this very certificate is registered and ACTIVE; who issued it is not asked.</summary>
internal sealed class CertificateCheck(IdentityRegistry registry, JustInTimeRegistration? registration, TimeProvider timeProvider)
{
    /// <summary>Looks a certificate up; its registration, or why it is refused.</summary>
    public (CertificateRow? Certificate, IdentityRefusal? Refusal) Check(X509Certificate2 certificate)
    {
        try
        {
            string id = Fingerprint.Of(certificate);
            CertificateRow? row = registry.Find(id);
            if (row is null)
            {
                if (registration is null)
                    return (null, IdentityRefusal.UnknownCertificate);
                row = registration.TryRegister(certificate, id);
            }

            return row is null ? (null, IdentityRefusal.UntrustedCertificate)
                : RefusalOf(row, timeProvider.GetUtcNow()) is { } refusal ? (null, refusal)
                : (row, null);
        }
        catch (StoreException)
        {
            return (null, IdentityRefusal.RegistryUnavailable);
        }
    }

    /// <summary>Why a registered certificate may not connect now; null when it may.</summary>
    public static IdentityRefusal? RefusalOf(CertificateRow certificate, DateTimeOffset now) => certificate switch
    {
        { Status: CertificateStatus.Inactive } => IdentityRefusal.InactiveCertificate,
        { Status: not CertificateStatus.Active } => IdentityRefusal.RevokedCertificate,
        _ when now < certificate.NotBefore => IdentityRefusal.CertificateNotYetValid,
        _ when now > certificate.NotAfter => IdentityRefusal.ExpiredCertificate,
        _ => null,
    };

    /// <summary>What the log says of a refusal.</summary>
    public static string Describe(IdentityRefusal refusal, string certificateId) => refusal switch
    {
        IdentityRefusal.UnknownCertificate => $"certificate {certificateId} is not registered",
        IdentityRefusal.UntrustedCertificate => $"certificate {certificateId} is not registered, and no registered CA with auto-registration vouches for it",
        IdentityRefusal.InactiveCertificate => $"certificate {certificateId} is INACTIVE",
        IdentityRefusal.RevokedCertificate => $"certificate {certificateId} is REVOKED",
        IdentityRefusal.ExpiredCertificate => $"certificate {certificateId} is past its validity",
        IdentityRefusal.CertificateNotYetValid => $"certificate {certificateId} is not valid yet",
        _ => $"certificate {certificateId} cannot be looked up now",
    };
}
