namespace Defender.Gateway.Identity;

/// <summary>Why a connection was refused before or at its CONNECT; each is counted.</summary>
internal enum IdentityRefusal
{
    /// <summary>Peer and gateway came to no TLS connection: other versions, other ciphers, not TLS at all.</summary>
    HandshakeFailed,

    /// <summary>The handshake took too long.</summary>
    HandshakeTimeout,

    /// <summary>Too many handshakes wait already, in all or of one address.</summary>
    TooManyHandshakes,

    /// <summary>No certificate was shown where one is needed.</summary>
    NoCertificate,

    /// <summary>The certificate is not registered.</summary>
    UnknownCertificate,

    /// <summary>The certificate is not registered, and no CA that certificates are taken of vouches for it.</summary>
    UntrustedCertificate,

    /// <summary>The certificate is INACTIVE.</summary>
    InactiveCertificate,

    /// <summary>The certificate is REVOKED.</summary>
    RevokedCertificate,

    /// <summary>The validity of the certificate has ended.</summary>
    ExpiredCertificate,

    /// <summary>The validity of the certificate has not begun.</summary>
    CertificateNotYetValid,

    /// <summary>The registry cannot be read.</summary>
    RegistryUnavailable,

    /// <summary>A page of an origin that is not listed.</summary>
    OriginNotAllowed,

    /// <summary>An HTTP request that is no WebSocket of subprotocol mqtt.</summary>
    NotMqttOverWebSocket,

    /// <summary>A WebSocket frame with text.</summary>
    TextFrame,

    /// <summary>Neither certificate nor user name where one is needed.</summary>
    AnonymousNotAllowed,

    /// <summary>A password over a connection that others can read.</summary>
    PasswordInTheClear,

    /// <summary>A wrong user name or password.</summary>
    WrongPassword,

    /// <summary>Too many wrong passwords, or too many that wait to be checked.</summary>
    PasswordThrottled,
}
