using Defender.Mqtt;

namespace Defender.Gateway.Mqtt;

/// <summary>What the endpoint's mode decides, and its limits.</summary>
/// <param name="Mode">Whose rules hold.</param>
/// <param name="Limits">What clients may ask for.</param>
internal sealed record EndpointRules(MqttMode Mode, MqttLimits Limits)
{
    /// <summary>AWS's way with its limits.</summary>
    public static EndpointRules Aws { get; } = new(MqttMode.Aws, MqttLimits.Aws);

    /// <summary>The highest quality of service; AWS: 1.</summary>
    public MqttQoS MaximumQoS => Mode == MqttMode.Spec ? MqttQoS.ExactlyOnce : MqttQoS.AtLeastOnce;

    /// <summary>Whether <c>sensor/#</c> matches <c>sensor</c>; AWS: not.</summary>
    public bool HashMatchesParent => Mode == MqttMode.Spec;

    /// <summary>Whether a filter with wildcards gets retained messages; AWS: not.</summary>
    public bool RetainedForWildcards => Mode == MqttMode.Spec;

    /// <summary>Whether a message that is sent again says so; AWS: not.</summary>
    public bool MarksRepeated => Mode == MqttMode.Spec;

    /// <summary>Whether a denied operation ends an MQTT 3.1.1 connection, as on AWS; otherwise it is acknowledged as if it had been done (MQTT-3.3.5-2).</summary>
    public bool ClosesDenied => Mode == MqttMode.Aws;

    /// <summary>CONNACK of MQTT 3.1.1 for who may not connect. AWS: 7 where the specification has 5.</summary>
    public byte NotAuthorizedCode => Mode == MqttMode.Spec ? (byte)5 : (byte)7;
}
