namespace Defender.Agent.Linux.Tls;

/// <summary>Which library encrypts the connection.</summary>
internal enum TlsImplementation
{
    /// <summary>The system's libssl where it is OpenSSL 3, else SslStream; the log says which. The default.</summary>
    Auto,

    /// <summary>.NET's own: portable, and several megabytes more memory.</summary>
    SslStream,

    /// <summary>The system's libssl.so.3; without it nothing is sent.</summary>
    OpenSsl,
}
