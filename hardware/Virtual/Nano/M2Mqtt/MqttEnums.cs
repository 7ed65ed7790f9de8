namespace nanoFramework.M2Mqtt
{
    /// <summary>Versions of TLS that a client asks for.</summary>
    public enum MqttSslProtocols
    {
        None,
        TLSv1_2,
    }
}

namespace nanoFramework.M2Mqtt.Exceptions
{
    /// <summary>Why the client did not do what it was asked to.</summary>
    internal enum MqttClientErrorCode
    {
        /// <summary>Too many messages wait for their acknowledgement.</summary>
        InflightQueueFull = 13,
    }
}

namespace nanoFramework.M2Mqtt.Messages
{
    /// <summary>Quality of service.</summary>
    public enum MqttQoSLevel : byte
    {
        AtMostOnce = 0,
        AtLeastOnce = 1,

        /// <summary>In an answer: the server denies the subscription.</summary>
        GrantedFailure = 0x80,
    }

    /// <summary>What the server says to CONNECT.</summary>
    public enum MqttReasonCode : byte
    {
        Success = 0,
        ConnectionRefusedUnacceptableProtocolVersion = 1,
        ConnectionRefusedIdentifierRejected = 2,
        ConnectionRefusedServerUnavailable = 3,
        ConnectionRefusedBadUserNameOrPassword = 4,
        ConnectionRefusedNotAuthorized = 5,
    }
}
