namespace Defender.Mqtt.Client;

/// <summary>Why a connection, or an operation on it, failed.</summary>
public enum MqttFailure
{
    /// <summary>Name resolution, TCP or TLS failed. A later attempt may work.</summary>
    Network,

    /// <summary>The server did not answer in time. A later attempt may work.</summary>
    Timeout,

    /// <summary>The server refused the connection (with a CONNACK code), a subscription or a message, or said beforehand that it takes none like it. Trying again at once changes nothing.</summary>
    Refused,

    /// <summary>The server sent something that MQTT does not allow at that point.</summary>
    Protocol,

    /// <summary>The connection is over: the server closed it, with a reason in MQTT 5.0, or this side did before.</summary>
    Closed,
}
