namespace Defender.Mqtt;

/// <summary>The rule of MQTT that a packet broke; numbers of rules are those of MQTT 3.1.1 unless they say otherwise.</summary>
public enum MqttErrorCode
{
    /// <summary>No rule was broken.</summary>
    None = 0,

    /// <summary>Packet type 0, or 15 in MQTT 3.1.1 (section 2.2.1).</summary>
    ReservedPacketType,

    /// <summary>The low four bits of the first byte are not those of the type (MQTT-2.2.2-2).</summary>
    ReservedFlags,

    /// <summary>A remaining length of more than four bytes (section 2.2.3), in MQTT 5.0 also one of more bytes than it needs (v5 MQTT-1.5.5-1).</summary>
    RemainingLength,

    /// <summary>The packet is longer than the receiver allows.</summary>
    PacketTooLarge,

    /// <summary>The body ends inside a field.</summary>
    Truncated,

    /// <summary>Bytes are left after the last field.</summary>
    ExcessBytes,

    /// <summary>A string is not well-formed UTF-8 (MQTT-1.5.3-1).</summary>
    InvalidUtf8,

    /// <summary>A string holds U+0000 (MQTT-1.5.3-2).</summary>
    NullCharacter,

    /// <summary>A packet identifier of zero (MQTT-2.3.1-1).</summary>
    PacketIdZero,

    /// <summary>QoS 3 (MQTT-3.3.1-4, MQTT-3.1.2-14, MQTT-3.8.3-4).</summary>
    InvalidQoS,

    /// <summary>DUP is set on a QoS 0 message (MQTT-3.3.1-2).</summary>
    DupWithoutQoS,

    /// <summary>A topic name is empty or holds a wildcard (MQTT-3.3.2-2, MQTT-4.7.3-1).</summary>
    InvalidTopicName,

    /// <summary>A topic filter is empty or has a wildcard in the wrong place (MQTT-4.7.1-2, MQTT-4.7.1-3, MQTT-4.7.3-1).</summary>
    InvalidTopicFilter,

    /// <summary>A SUBSCRIBE or UNSUBSCRIBE without a filter, or an acknowledgement of one without a code (MQTT-3.8.3-3, MQTT-3.10.3-2).</summary>
    EmptyList,

    /// <summary>The protocol name of a CONNECT is not <c>MQTT</c> (MQTT-3.1.2-1).</summary>
    ProtocolName,

    /// <summary>The protocol level of a CONNECT is not 4, nor 5 where that is accepted; the server answers CONNACK 1 (MQTT-3.1.2-2).</summary>
    ProtocolLevel,

    /// <summary>The CONNECT flags contradict each other or set the reserved bit (MQTT-3.1.2-3, -11, -13, -15, -22).</summary>
    ConnectFlags,

    /// <summary>An empty client identifier without a clean session; the server answers CONNACK 2 (MQTT-3.1.3-8).</summary>
    IdentifierRejected,

    /// <summary>A bit that the specification reserves is set inside the body of the packet (MQTT-3.8.3-4, section 3.2.2.1).</summary>
    ReservedBits,

    /// <summary>A return or reason code that the packet type does not know, or that contradicts session present (MQTT-3.2.2-4, MQTT-3.9.3-2).</summary>
    ReturnCode,

    /// <summary>A variable byte integer of more than four bytes, or of more than it needs (v5 MQTT-1.5.5-1).</summary>
    VariableInteger,

    /// <summary>A property that MQTT 5.0 does not know or does not allow in this packet (v5 section 2.2.2.2).</summary>
    PropertyNotAllowed,

    /// <summary>A property that may come once comes twice (v5 section 2.2.2.2).</summary>
    DuplicateProperty,

    /// <summary>A property has a value outside its range, or lacks the one that it needs beside it (v5 sections 3.1.2.11, 3.2.2.3, 3.3.2.3).</summary>
    PropertyValue,

    /// <summary>More than <see cref="Packets.MqttProperties.MaxCount"/> properties: a limit of this codec.</summary>
    TooManyProperties,

    /// <summary>A topic alias of zero (v5 MQTT-3.3.2-8).</summary>
    TopicAlias,

    /// <summary>A PUBLISH of MQTT 5.0 has neither a topic name nor a topic alias (v5 section 3.3.2.1).</summary>
    MissingTopic,

    /// <summary>QoS 3, retain handling 3, or No Local on a shared subscription (v5 section 3.8.3.1, MQTT-3.8.3-4).</summary>
    SubscriptionOptions,

    /// <summary>A property or a reason code that only the other side may send (v5 MQTT-3.3.4-6, MQTT-3.14.2-2, section 3.14.2.1).</summary>
    WrongDirection,
}
