namespace Defender.Mqtt;

/// <summary>The versions of MQTT that the codec speaks; the value is the protocol level of CONNECT.</summary>
public enum MqttVersion : byte
{
    /// <summary>MQTT 3.1.1, protocol level 4.</summary>
    V311 = 4,

    /// <summary>MQTT 5.0, protocol level 5.</summary>
    V5 = 5,
}
