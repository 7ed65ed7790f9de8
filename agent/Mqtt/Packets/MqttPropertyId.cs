namespace Defender.Mqtt.Packets;

/// <summary>The identifier of a property (MQTT 5.0, table 2-4); each says its type and the packets that may carry it.</summary>
public enum MqttPropertyId : byte
{
    /// <summary>No property.</summary>
    None = 0,

    /// <summary>0: bytes, 1: the payload is UTF-8. PUBLISH, will.</summary>
    PayloadFormatIndicator = 1,

    /// <summary>Four bytes: seconds until the message is of no use. PUBLISH, will.</summary>
    MessageExpiryInterval = 2,

    /// <summary>String: what the payload is. PUBLISH, will.</summary>
    ContentType = 3,

    /// <summary>String, a topic name: where an answer goes. PUBLISH, will.</summary>
    ResponseTopic = 8,

    /// <summary>Binary: tells the asker which answer this is. PUBLISH, will.</summary>
    CorrelationData = 9,

    /// <summary>Variable byte integer, 1 to 268,435,455. SUBSCRIBE; PUBLISH of a server, there more than once.</summary>
    SubscriptionIdentifier = 11,

    /// <summary>Four bytes: seconds that the session outlives its connection; 0xFFFFFFFF for ever. CONNECT, CONNACK, DISCONNECT of a client.</summary>
    SessionExpiryInterval = 17,

    /// <summary>String: the client identifier that the server chose. CONNACK.</summary>
    AssignedClientIdentifier = 18,

    /// <summary>Two bytes: seconds, in place of the client's keep-alive. CONNACK.</summary>
    ServerKeepAlive = 19,

    /// <summary>String. CONNECT, CONNACK, AUTH.</summary>
    AuthenticationMethod = 21,

    /// <summary>Binary; only beside a method. CONNECT, CONNACK, AUTH.</summary>
    AuthenticationData = 22,

    /// <summary>0 or 1, default 1: whether reason strings and user properties are wanted with failures. CONNECT.</summary>
    RequestProblemInformation = 23,

    /// <summary>Four bytes: seconds between the end of the connection and the will. Will.</summary>
    WillDelayInterval = 24,

    /// <summary>0 or 1, default 0: whether response information is wanted. CONNECT.</summary>
    RequestResponseInformation = 25,

    /// <summary>String: a basis for response topics. CONNACK.</summary>
    ResponseInformation = 26,

    /// <summary>String: another server. CONNACK, DISCONNECT of a server.</summary>
    ServerReference = 28,

    /// <summary>String for people. Every acknowledgement, DISCONNECT, AUTH.</summary>
    ReasonString = 31,

    /// <summary>Two bytes, not 0, default 65,535: unacknowledged messages that the sender takes at once. CONNECT, CONNACK.</summary>
    ReceiveMaximum = 33,

    /// <summary>Two bytes, default 0: the highest topic alias that the sender takes. CONNECT, CONNACK.</summary>
    TopicAliasMaximum = 34,

    /// <summary>Two bytes, not 0: a number for the topic. PUBLISH.</summary>
    TopicAlias = 35,

    /// <summary>0 or 1; absent means 2. CONNACK.</summary>
    MaximumQoS = 36,

    /// <summary>0 or 1, default 1. CONNACK.</summary>
    RetainAvailable = 37,

    /// <summary>Two strings, name and value; any number. Every packet that has properties, and wills.</summary>
    UserProperty = 38,

    /// <summary>Four bytes, not 0: bytes of the longest packet that the sender takes. CONNECT, CONNACK.</summary>
    MaximumPacketSize = 39,

    /// <summary>0 or 1, default 1. CONNACK.</summary>
    WildcardSubscriptionAvailable = 40,

    /// <summary>0 or 1, default 1. CONNACK.</summary>
    SubscriptionIdentifierAvailable = 41,

    /// <summary>0 or 1, default 1. CONNACK.</summary>
    SharedSubscriptionAvailable = 42,
}
