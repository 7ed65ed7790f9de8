namespace Defender.Gateway.Telemetry;

/// <summary>Why a connection was refused, or closed before its CONNECT was answered.</summary>
internal enum RefusalReason
{
    /// <summary>The endpoint has as many connections as it may.</summary>
    TooManyConnections,

    /// <summary>The address has as many as one may.</summary>
    TooManyOfAddress,

    /// <summary>Connections come faster than they may.</summary>
    RateLimited,

    /// <summary>Memory is short.</summary>
    MemoryShort,

    /// <summary>No complete CONNECT came in time.</summary>
    ConnectTimeout,

    /// <summary>What came is no MQTT.</summary>
    Malformed,

    /// <summary>A version that is not spoken.</summary>
    ProtocolVersion,

    /// <summary>A client identifier that cannot be taken.</summary>
    ClientIdentifier,

    /// <summary>No certificate, or one that is unknown, inactive or revoked.</summary>
    Certificate,

    /// <summary>A wrong user name or password.</summary>
    Credentials,

    /// <summary>No policy lets it connect.</summary>
    NotAuthorized,

    /// <summary>The gateway stops, or cannot store.</summary>
    ServerUnavailable,
}

/// <summary>Why a message did not reach a subscriber.</summary>
internal enum DeliveryDropReason
{
    /// <summary>The client does not keep up with QoS 0.</summary>
    QueueFull,

    /// <summary>The queue of an absent client is full.</summary>
    OfflineQueueFull,

    /// <summary>It waited longer than it may.</summary>
    Expired,

    /// <summary>Larger than the client takes.</summary>
    TooLarge,

    /// <summary>No policy lets the client receive it.</summary>
    NotAuthorized,
}

/// <summary>How a TLS handshake ended.</summary>
internal enum TlsOutcome
{
    /// <summary>The connection is protected.</summary>
    Completed,

    /// <summary>The peer's certificate was refused.</summary>
    CertificateRefused,

    /// <summary>Anything else.</summary>
    Failed,

    /// <summary>It took too long.</summary>
    TimedOut,
}
