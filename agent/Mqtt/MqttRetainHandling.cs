namespace Defender.Mqtt;

/// <summary>Whether a subscription is sent the messages that were retained before it (MQTT 5.0, section 3.8.3.1).</summary>
public enum MqttRetainHandling : byte
{
    /// <summary>With every SUBSCRIBE; what MQTT 3.1.1 always does.</summary>
    Send = 0,

    /// <summary>Only when the subscription did not exist before.</summary>
    SendIfNew = 1,

    /// <summary>Never.</summary>
    DoNotSend = 2,
}
