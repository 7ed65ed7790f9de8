namespace Defender.Gateway.Mqtt;

/// <summary>Whose rules hold where AWS IoT Core and the specification of MQTT differ.</summary>
internal enum MqttMode
{
    /// <summary>
    /// AWS IoT Core's: QoS 0 and 1, <c>sensor/#</c> does not match <c>sensor</c>, no retained messages for filters with wildcards,
    /// CONNACK 7 for who may not connect, a denied operation ends an MQTT 3.1.1 connection.
    /// </summary>
    Aws,

    /// <summary>The specification's, with QoS 2.</summary>
    Spec,
}
