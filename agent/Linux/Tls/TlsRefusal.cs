namespace Defender.Agent.Linux.Tls;

/// <summary>Why there is no secure connection; the same for every implementation.</summary>
internal enum TlsRefusal
{
    /// <summary>The certificate of the server is for other names.</summary>
    WrongHost,

    /// <summary>It has expired.</summary>
    Expired,

    /// <summary>It is not valid yet.</summary>
    NotYetValid,

    /// <summary>It comes from an authority that is not trusted.</summary>
    UnknownAuthority,

    /// <summary>It signs itself and is not trusted as such.</summary>
    SelfSigned,

    /// <summary>It is not meant for servers.</summary>
    WrongUsage,

    /// <summary>Something else is wrong with it.</summary>
    BadCertificate,

    /// <summary>The server speaks no TLS 1.2 or newer.</summary>
    OldProtocol,

    /// <summary>The server wants a client certificate, or does not take the one it was shown.</summary>
    ClientCertificate,

    /// <summary>The server ended the handshake with another alert.</summary>
    Alert,

    /// <summary>The server ended the connection in the handshake and gave no reason.</summary>
    Closed,

    /// <summary>The server does not speak TLS.</summary>
    NoTls,
}
