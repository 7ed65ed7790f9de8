namespace Defender.Agent.Linux.Tls;

/// <summary>Whom a handshake is with, and the sentences about how it failed.</summary>
/// <param name="ServerName">The name or address that the server's certificate has to carry.</param>
/// <param name="Alpn">The protocol to ask for; null for none.</param>
/// <param name="Options">Trust and client certificate.</param>
internal sealed record TlsTarget(string ServerName, string? Alpn, TlsOptions Options)
{
    // The alerts that are about the client's certificate (RFC 8446, section 6.2).
    private const int HandshakeFailure = 40;
    private const int ProtocolVersion = 70;
    private const int CertificateRequired = 116;

    /// <summary>What an alert of the server says.</summary>
    public TlsException Alert(int alert, string words) => alert switch
    {
        ProtocolVersion => Refuse(TlsRefusal.OldProtocol),
        // 42 to 49: bad, unsupported, revoked, expired, unknown certificate, illegal parameter, unknown CA, access denied.
        // A server of TLS 1.2 has no better word for a missing certificate than that the handshake failed.
        (>= 42 and <= 49 and not 47) or CertificateRequired => Refuse(TlsRefusal.ClientCertificate, words),
        HandshakeFailure when Options.CertificateFile is null => Refuse(TlsRefusal.ClientCertificate, words),
        _ => Refuse(TlsRefusal.Alert, words),
    };

    /// <summary>The failure of a handshake, one sentence.</summary>
    /// <param name="refusal">Why.</param>
    /// <param name="words">What the library says, where the kind alone is not enough.</param>
    public TlsException Refuse(TlsRefusal refusal, string words = "") => new TlsException(refusal, refusal switch
    {
        TlsRefusal.WrongHost => $"the certificate of the server is not for {ServerName}",
        TlsRefusal.Expired => "the certificate of the server has expired, or the clock of this device is wrong",
        TlsRefusal.NotYetValid => "the certificate of the server is not valid yet, or the clock of this device is wrong",
        TlsRefusal.UnknownAuthority => $"the certificate of the server does not come from {Trusted}",
        TlsRefusal.SelfSigned => $"the certificate of the server is self-signed and not from {Trusted}",
        TlsRefusal.WrongUsage => "the certificate of the server is not meant for servers (its key usage says so)",
        TlsRefusal.BadCertificate => $"the certificate of the server is not accepted: {words}",
        TlsRefusal.OldProtocol => "the server speaks no TLS 1.2 or newer",
        TlsRefusal.ClientCertificate => Options.CertificateFile is null
            ? $"the server wants a client certificate, and none is configured ({words})"
            : $"the server does not take the client certificate in {Options.CertificateFile} ({words})",
        TlsRefusal.Alert => $"the server ended the handshake ({words})",
        _ => $"the server does not answer in TLS ({words})",
    });

    private string Trusted => Options.RootCaFile is { } file ? $"an authority in {file}" : "an authority that this system trusts";
}
