namespace Defender.Agent.Linux.Tls;

/// <summary>Whom a handshake is with, and the sentences about how it failed.</summary>
internal sealed class TlsTarget(string serverName, string? alpn, TlsOptions options)
{
    /// <summary>The name or address that the server's certificate has to carry.</summary>
    public string ServerName { get; } = serverName;

    /// <summary>The protocol to ask for; null for none.</summary>
    public string? Alpn { get; } = alpn;

    /// <summary>Trust and client certificate.</summary>
    public TlsOptions Options { get; } = options;

    // The alerts that are about the client's certificate (RFC 8446, section 6.2).
    private const int HandshakeFailure = 40;
    private const int CertificateRevoked = 44;
    private const int CertificateExpired = 45;
    private const int UnknownAuthority = 48;
    private const int ProtocolVersion = 70;
    private const int CertificateRequired = 116;

    /// <summary>
    /// Why a server may close a secure connection without a word once the handshake is over: in TLS 1.3 it looks at the client's
    /// certificate after the client is done, and not every implementation then sends an alert. Goes on where "a server" ends.
    /// </summary>
    public string LikelyCauseOfSilence => Options.CertificateFile is { } certificate
        ? $"that does not take the client certificate in {certificate} does so: it may be revoked, expired, or of an authority unknown there"
        : "that wants a client certificate does so, and none is configured: set cert and key to those that it issued to this thing";

    /// <summary>What an alert of the server says.</summary>
    public TlsException Alert(int alert, string words) => alert switch
    {
        ProtocolVersion => Refuse(TlsRefusal.OldProtocol),
        // 42 to 49: bad, unsupported, revoked, expired, unknown certificate, illegal parameter, unknown CA, access denied.
        // A server of TLS 1.2 has no better word for a missing certificate than that the handshake failed.
        (>= 42 and <= 49 and not 47) or CertificateRequired => RefusedClient(alert, words),
        HandshakeFailure when Options.CertificateFile is null => RefusedClient(alert, words),
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
        TlsRefusal.ClientCertificate => words,
        TlsRefusal.Alert => $"the server ended the handshake ({words})",
        TlsRefusal.Closed => $"the server ended the handshake without a reason ({words}); a server {LikelyCauseOfSilence}",
        _ => $"the server does not answer in TLS ({words})",
    });

    private TlsException RefusedClient(int alert, string words) => Refuse(TlsRefusal.ClientCertificate, (Options.CertificateFile, alert) switch
    {
        (null, _) => $"the server wants a client certificate, and none is configured ({words}): set cert and key to those that it issued to this thing",
        ({ } file, CertificateRevoked) => $"the server says that the client certificate in {file} is revoked ({words}): have a new one issued to this thing",
        ({ } file, CertificateExpired) => $"the server says that the client certificate in {file} has expired ({words}): have a new one issued to this thing",
        ({ } file, UnknownAuthority) => $"the server does not know the authority of the client certificate in {file} ({words}): have one issued to this thing by an authority that it trusts",
        ({ } file, _) => $"the server does not take the client certificate in {file} ({words}): have a new one issued to this thing",
    });

    private string Trusted => Options.RootCaFile is { } file ? $"an authority in {file}" : "an authority that this system trusts";
}
