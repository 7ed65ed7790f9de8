namespace Defender.Mqtt;

/// <summary>Why a packet was not accepted; the default value says that nothing is wrong.</summary>
/// <param name="Code">The rule that was broken.</param>
/// <param name="Message">One sentence for a log; a constant, never text of the peer. Null only in the default value.</param>
public readonly record struct MqttError(MqttErrorCode Code, string? Message)
{
    /// <summary>Whether a rule was broken.</summary>
    public bool IsError => Code != MqttErrorCode.None;

    /// <summary>What MQTT 5.0 answers to it in CONNACK or DISCONNECT before the connection is closed (section 4.13).</summary>
    public MqttReasonCode ReasonCode => Code switch
    {
        MqttErrorCode.None => MqttReasonCode.Success,
        MqttErrorCode.PacketTooLarge => MqttReasonCode.PacketTooLarge,
        MqttErrorCode.InvalidTopicName => MqttReasonCode.TopicNameInvalid,
        MqttErrorCode.InvalidTopicFilter => MqttReasonCode.TopicFilterInvalid,
        MqttErrorCode.ProtocolName or MqttErrorCode.ProtocolLevel => MqttReasonCode.UnsupportedProtocolVersion,
        MqttErrorCode.IdentifierRejected => MqttReasonCode.ClientIdentifierNotValid,
        MqttErrorCode.TooManyProperties => MqttReasonCode.QuotaExceeded,
        MqttErrorCode.TopicAlias => MqttReasonCode.TopicAliasInvalid,
        // What can be parsed and yet must not be said.
        MqttErrorCode.PacketIdZero or MqttErrorCode.DupWithoutQoS or MqttErrorCode.EmptyList or MqttErrorCode.ReturnCode
            or MqttErrorCode.DuplicateProperty or MqttErrorCode.PropertyValue or MqttErrorCode.MissingTopic
            or MqttErrorCode.SubscriptionOptions or MqttErrorCode.WrongDirection => MqttReasonCode.ProtocolError,
        _ => MqttReasonCode.MalformedPacket,
    };

    /// <inheritdoc/>
    public override string ToString() => IsError ? $"{Code}: {Message}" : "no error";
}
