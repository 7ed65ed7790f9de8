namespace Defender.Mqtt;

/// <summary>The packet type in bits 7..4 of the first byte of a packet (MQTT 3.1.1, table 2.1; MQTT 5.0, table 2-1).</summary>
public enum MqttPacketType : byte
{
    /// <summary>Reserved; on the wire it is malformed. Also the value of a frame that was not read.</summary>
    None = 0,

    /// <summary>Client to server: the first packet of a connection.</summary>
    Connect = 1,

    /// <summary>Server to client: the answer to CONNECT.</summary>
    ConnAck = 2,

    /// <summary>Both ways: an application message.</summary>
    Publish = 3,

    /// <summary>Both ways: ends a QoS 1 delivery.</summary>
    PubAck = 4,

    /// <summary>Both ways: second packet of a QoS 2 delivery.</summary>
    PubRec = 5,

    /// <summary>Both ways: third packet of a QoS 2 delivery.</summary>
    PubRel = 6,

    /// <summary>Both ways: ends a QoS 2 delivery.</summary>
    PubComp = 7,

    /// <summary>Client to server: asks for topics.</summary>
    Subscribe = 8,

    /// <summary>Server to client: the granted QoS of each filter of a SUBSCRIBE.</summary>
    SubAck = 9,

    /// <summary>Client to server: gives filters up.</summary>
    Unsubscribe = 10,

    /// <summary>Server to client: ends an UNSUBSCRIBE.</summary>
    UnsubAck = 11,

    /// <summary>Client to server: a sign of life.</summary>
    PingReq = 12,

    /// <summary>Server to client: the answer to PINGREQ.</summary>
    PingResp = 13,

    /// <summary>Client to server, in MQTT 5.0 both ways: the connection ends on purpose, the will is dropped.</summary>
    Disconnect = 14,

    /// <summary>MQTT 5.0, both ways: a step of an authentication. Reserved in MQTT 3.1.1, where it is malformed.</summary>
    Auth = 15,
}
