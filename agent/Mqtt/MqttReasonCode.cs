namespace Defender.Mqtt;

/// <summary>The outcome of an operation (MQTT 5.0, section 2.4); codes from 0x80 on say that it failed.</summary>
public enum MqttReasonCode : byte
{
    /// <summary>It worked. In DISCONNECT: normal disconnection, without the will. In SUBACK: granted QoS 0.</summary>
    Success = 0x00,

    /// <summary>SUBACK: granted QoS 1.</summary>
    GrantedQoS1 = 0x01,

    /// <summary>SUBACK: granted QoS 2.</summary>
    GrantedQoS2 = 0x02,

    /// <summary>DISCONNECT of a client: the server shall publish the will.</summary>
    DisconnectWithWillMessage = 0x04,

    /// <summary>PUBACK, PUBREC: the message was accepted, nobody subscribes to its topic.</summary>
    NoMatchingSubscribers = 0x10,

    /// <summary>UNSUBACK: there was no such subscription.</summary>
    NoSubscriptionExisted = 0x11,

    /// <summary>AUTH: the authentication goes on with another step.</summary>
    ContinueAuthentication = 0x18,

    /// <summary>AUTH: the client starts another authentication.</summary>
    Reauthenticate = 0x19,

    /// <summary>The reason is not told, or no other code fits.</summary>
    UnspecifiedError = 0x80,

    /// <summary>A packet could not be parsed (section 4.13.1).</summary>
    MalformedPacket = 0x81,

    /// <summary>A packet came at the wrong time or holds what the protocol does not allow (section 4.13.1).</summary>
    ProtocolError = 0x82,

    /// <summary>The packet is valid, the receiver does not take it.</summary>
    ImplementationSpecificError = 0x83,

    /// <summary>CONNACK: the server does not speak this version.</summary>
    UnsupportedProtocolVersion = 0x84,

    /// <summary>CONNACK: the client identifier is valid but not allowed.</summary>
    ClientIdentifierNotValid = 0x85,

    /// <summary>CONNACK: the server does not accept user name or password.</summary>
    BadUserNameOrPassword = 0x86,

    /// <summary>The client may not do this.</summary>
    NotAuthorized = 0x87,

    /// <summary>CONNACK: the server is not available.</summary>
    ServerUnavailable = 0x88,

    /// <summary>The server is busy; try later.</summary>
    ServerBusy = 0x89,

    /// <summary>CONNACK: the client is banned by an administrator.</summary>
    Banned = 0x8A,

    /// <summary>DISCONNECT of a server: it shuts down.</summary>
    ServerShuttingDown = 0x8B,

    /// <summary>CONNACK, DISCONNECT: the authentication method is not supported or not the one in use.</summary>
    BadAuthenticationMethod = 0x8C,

    /// <summary>DISCONNECT of a server: nothing was heard for one and a half times the keep-alive.</summary>
    KeepAliveTimeout = 0x8D,

    /// <summary>DISCONNECT of a server: another connection took the client identifier.</summary>
    SessionTakenOver = 0x8E,

    /// <summary>The topic filter is well-formed but not allowed.</summary>
    TopicFilterInvalid = 0x8F,

    /// <summary>The topic name is well-formed but not allowed.</summary>
    TopicNameInvalid = 0x90,

    /// <summary>The packet identifier is in use already.</summary>
    PacketIdentifierInUse = 0x91,

    /// <summary>PUBREL, PUBCOMP: the packet identifier is not known.</summary>
    PacketIdentifierNotFound = 0x92,

    /// <summary>DISCONNECT: more unacknowledged messages than Receive Maximum.</summary>
    ReceiveMaximumExceeded = 0x93,

    /// <summary>DISCONNECT: a topic alias of zero, over the maximum, or not set before.</summary>
    TopicAliasInvalid = 0x94,

    /// <summary>The packet is longer than the receiver allows.</summary>
    PacketTooLarge = 0x95,

    /// <summary>DISCONNECT: messages come too fast.</summary>
    MessageRateTooHigh = 0x96,

    /// <summary>A limit of the implementation or the administrator is exceeded.</summary>
    QuotaExceeded = 0x97,

    /// <summary>DISCONNECT: an administrator closed the connection.</summary>
    AdministrativeAction = 0x98,

    /// <summary>The payload is not what its format indicator says.</summary>
    PayloadFormatInvalid = 0x99,

    /// <summary>The server keeps no retained messages.</summary>
    RetainNotSupported = 0x9A,

    /// <summary>The QoS is over the server's Maximum QoS.</summary>
    QoSNotSupported = 0x9B,

    /// <summary>The client shall use another server for now.</summary>
    UseAnotherServer = 0x9C,

    /// <summary>The client shall use another server from now on.</summary>
    ServerMoved = 0x9D,

    /// <summary>The server has no shared subscriptions.</summary>
    SharedSubscriptionsNotSupported = 0x9E,

    /// <summary>Connections come too fast.</summary>
    ConnectionRateExceeded = 0x9F,

    /// <summary>DISCONNECT of a server: the connection has lasted as long as it may.</summary>
    MaximumConnectTime = 0xA0,

    /// <summary>The server has no subscription identifiers.</summary>
    SubscriptionIdentifiersNotSupported = 0xA1,

    /// <summary>The server takes no wildcards in topic filters.</summary>
    WildcardSubscriptionsNotSupported = 0xA2,
}
