namespace Defender.Mqtt;

/// <summary>The quality of service of a message or a subscription (MQTT 3.1.1, section 4.3).</summary>
public enum MqttQoS : byte
{
    /// <summary>QoS 0: sent once, not acknowledged.</summary>
    AtMostOnce = 0,

    /// <summary>QoS 1: acknowledged by PUBACK, may come twice.</summary>
    AtLeastOnce = 1,

    /// <summary>QoS 2: the four-packet exchange.</summary>
    ExactlyOnce = 2,
}
