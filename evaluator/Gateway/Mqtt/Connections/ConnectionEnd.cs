namespace Defender.Gateway.Mqtt.Connections;

/// <summary>Why a connection ended; what the endpoint counts by, and the last of them that a client may have caused.</summary>
internal enum ConnectionEnd
{
    /// <summary>It said DISCONNECT.</summary>
    Disconnected,

    /// <summary>The network connection ended without DISCONNECT.</summary>
    Lost,

    /// <summary>The gateway stops.</summary>
    Stopping,

    /// <summary>As many connections as there may be.</summary>
    TooManyConnections,

    /// <summary>As many connections of one address as there may be.</summary>
    TooManyOfAddress,

    /// <summary>An address connects faster than it may.</summary>
    AddressConnectsTooFast,

    /// <summary>A client identifier connects faster than it may.</summary>
    ClientConnectsTooFast,

    /// <summary>The memory budget is spent.</summary>
    NoMemory,

    /// <summary>It was silent for too long, before CONNECT or after.</summary>
    Silent,

    /// <summary>Its first packet was not CONNECT.</summary>
    NotConnect,

    /// <summary>A packet broke a rule of MQTT.</summary>
    Malformed,

    /// <summary>A version of MQTT that is not spoken here.</summary>
    ProtocolVersion,

    /// <summary>Its client identifier may not be.</summary>
    IdentifierRejected,

    /// <summary>User name or password are wrong, or come too often.</summary>
    BadCredentials,

    /// <summary>It may not connect.</summary>
    NotAuthorized,

    /// <summary>Its identity cannot be looked up now.</summary>
    Unavailable,

    /// <summary>Another connection took its client identifier.</summary>
    TakenOver,

    /// <summary>Its certificate or user no longer stands.</summary>
    Withdrawn,

    /// <summary>Its certificate's validity has ended.</summary>
    Expired,

    /// <summary>It did what its policies deny.</summary>
    Denied,

    /// <summary>It asked for more than a limit.</summary>
    OverLimit,

    /// <summary>It does not take what is sent to it.</summary>
    Slow,

    /// <summary>Its report could not be stored.</summary>
    NotStored,
}
