namespace Defender.Mqtt.Packets;

/// <summary>What the bytes received so far amount to.</summary>
public enum MqttReadStatus
{
    /// <summary>A whole packet is there.</summary>
    Complete,

    /// <summary>The bytes are the start of a packet that may still become whole.</summary>
    NeedMoreData,

    /// <summary>No further byte can make this a packet: the connection must be closed (MQTT-4.8.0-1).</summary>
    Malformed,

    /// <summary>The packet is announced longer than the limit: the connection must be closed, its body was not waited for.</summary>
    TooLarge,
}
