namespace Defender.Agent.Linux.Tls;

/// <summary>The outcome of a certificate check in libcrypto (openssl/x509_vfy.h).</summary>
internal static class VerifyResult
{
    public const nint Ok = 0;

    public static TlsRefusal ToRefusal(nint result) => result switch
    {
        9 => TlsRefusal.NotYetValid,
        10 => TlsRefusal.Expired,
        18 => TlsRefusal.SelfSigned,
        // No issuer, a foreign root, no issuer here, a chain of one that cannot be checked, not trusted.
        2 or 19 or 20 or 21 or 27 => TlsRefusal.UnknownAuthority,
        26 => TlsRefusal.WrongUsage,
        62 or 64 => TlsRefusal.WrongHost,
        _ => TlsRefusal.BadCertificate,
    };
}
