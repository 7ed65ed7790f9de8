namespace Defender.Mqtt.Packets;

/// <summary>The server's answer to CONNECT (MQTT 3.1.1, table 3.1). Codes from 6 on are reserved; AWS IoT Core answers 7 where 5 is meant.</summary>
public enum ConnectReturnCode : byte
{
    /// <summary>The connection stands.</summary>
    Accepted = 0,

    /// <summary>The server does not speak this protocol level.</summary>
    UnacceptableProtocolVersion = 1,

    /// <summary>The client identifier is well-formed but not allowed.</summary>
    IdentifierRejected = 2,

    /// <summary>The server takes no connection now.</summary>
    ServerUnavailable = 3,

    /// <summary>User name or password are malformed or wrong.</summary>
    BadUserNameOrPassword = 4,

    /// <summary>The client may not connect.</summary>
    NotAuthorized = 5,
}
