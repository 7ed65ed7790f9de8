namespace Defender.Mqtt.Packets;

/// <summary>What a client asks of a subscription (MQTT 5.0, section 3.8.3.1). MQTT 3.1.1 knows the QoS only.</summary>
/// <param name="QoS">The highest QoS that the client wants to receive.</param>
/// <param name="NoLocal">Whether the client's own messages are not sent to it; never on a shared subscription (MQTT-3.8.3-4).</param>
/// <param name="RetainAsPublished">Whether messages keep the retain flag that they were published with.</param>
/// <param name="RetainHandling">Whether messages that were retained before are sent.</param>
public readonly record struct SubscriptionOptions(
    MqttQoS QoS, bool NoLocal = false, bool RetainAsPublished = false, MqttRetainHandling RetainHandling = MqttRetainHandling.Send)
{
    private const int NoLocalFlag = 0x04;
    private const int RetainAsPublishedFlag = 0x08;
    private const int RetainHandlingShift = 4;
    private const int ReservedFlags = 0xC0;

    internal bool IsValid => QoS <= MqttQoS.ExactlyOnce && RetainHandling <= MqttRetainHandling.DoNotSend;

    internal byte ToByte() => (byte)((int)QoS | (NoLocal ? NoLocalFlag : 0) | (RetainAsPublished ? RetainAsPublishedFlag : 0)
        | (int)RetainHandling << RetainHandlingShift);

    /// <summary>Reads the byte behind a filter; its values are not checked.</summary>
    internal static SubscriptionOptions FromByte(byte bits) => new(
        (MqttQoS)(bits & 3), (bits & NoLocalFlag) != 0, (bits & RetainAsPublishedFlag) != 0,
        (MqttRetainHandling)(bits >> RetainHandlingShift & 3));

    /// <summary>Whether the byte behind a filter sets bits that its version reserves (MQTT-3.8.3-4, v5 MQTT-3.8.3-5).</summary>
    internal static bool HasReservedBits(byte bits, MqttVersion version)
        => version == MqttVersion.V5 ? (bits & ReservedFlags) != 0 : bits > 3;
}
