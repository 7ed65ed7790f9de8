namespace Defender.Mqtt.Client;

/// <summary>What an acknowledgement says of the packet; the default is that it worked.</summary>
/// <param name="Code">MQTT 5.0: the reason code. MQTT 3.1.1: the code of SUBACK, 0 of others.</param>
/// <param name="Words">The reason in words, when it is a refusal of MQTT 5.0; null else.</param>
internal readonly record struct Acknowledgement(byte Code, string? Words = null)
{
    /// <summary>From 0x80 on a code is a failure (MQTT 5.0, section 2.4; MQTT 3.1.1, section 3.9.3).</summary>
    public bool IsRefusal => Code >= 0x80;

    /// <summary>The failure that the caller of the operation gets.</summary>
    /// <param name="what">What the server refuses.</param>
    public MqttException ToException(string what) => new(MqttFailure.Refused, $"The server refuses {what}{(Words is null ? "" : $": {Words}")}.")
    {
        ReasonCode = Words is null ? null : (MqttReasonCode)Code,
    };
}
