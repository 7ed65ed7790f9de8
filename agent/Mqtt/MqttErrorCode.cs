namespace Defender.Mqtt;

/// <summary>The rule of MQTT 3.1.1 that a packet broke.</summary>
public enum MqttErrorCode
{
    /// <summary>No rule was broken.</summary>
    None = 0,

    /// <summary>Packet type 0 or 15 (section 2.2.1).</summary>
    ReservedPacketType,

    /// <summary>The low four bits of the first byte are not those of the type (MQTT-2.2.2-2).</summary>
    ReservedFlags,

    /// <summary>A remaining length of more than four bytes (section 2.2.3).</summary>
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

    /// <summary>A SUBSCRIBE or UNSUBSCRIBE without a filter, or a SUBACK without a code (MQTT-3.8.3-3, MQTT-3.10.3-2).</summary>
    EmptyList,

    /// <summary>The protocol name of a CONNECT is not <c>MQTT</c> (MQTT-3.1.2-1).</summary>
    ProtocolName,

    /// <summary>The protocol level of a CONNECT is not 4; the server answers CONNACK 1 (MQTT-3.1.2-2).</summary>
    ProtocolLevel,

    /// <summary>The CONNECT flags contradict each other or set the reserved bit (MQTT-3.1.2-3, -11, -13, -15, -22).</summary>
    ConnectFlags,

    /// <summary>An empty client identifier without a clean session; the server answers CONNACK 2 (MQTT-3.1.3-8).</summary>
    IdentifierRejected,

    /// <summary>A bit that the specification reserves is set inside the body of the packet (MQTT-3.8.3-4, section 3.2.2.1).</summary>
    ReservedBits,

    /// <summary>A return code that the specification does not name, or that contradicts session present (MQTT-3.2.2-4, MQTT-3.9.3-2).</summary>
    ReturnCode,
}
