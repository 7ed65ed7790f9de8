using System.Globalization;
using Defender.Mqtt.Packets;

namespace Defender.Mqtt;

/// <summary>
/// Names of what a message has to name. ToString of an enum reads them from the data for reflection, which a native program that
/// leaves it out does not have: it would print numbers.
/// </summary>
internal static class MqttWords
{
    /// <summary>The name; of an unknown value the number.</summary>
    public static string Word(this MqttReasonCode value) => value switch
    {
        MqttReasonCode.Success => nameof(MqttReasonCode.Success),
        MqttReasonCode.GrantedQoS1 => nameof(MqttReasonCode.GrantedQoS1),
        MqttReasonCode.GrantedQoS2 => nameof(MqttReasonCode.GrantedQoS2),
        MqttReasonCode.DisconnectWithWillMessage => nameof(MqttReasonCode.DisconnectWithWillMessage),
        MqttReasonCode.NoMatchingSubscribers => nameof(MqttReasonCode.NoMatchingSubscribers),
        MqttReasonCode.NoSubscriptionExisted => nameof(MqttReasonCode.NoSubscriptionExisted),
        MqttReasonCode.ContinueAuthentication => nameof(MqttReasonCode.ContinueAuthentication),
        MqttReasonCode.Reauthenticate => nameof(MqttReasonCode.Reauthenticate),
        MqttReasonCode.UnspecifiedError => nameof(MqttReasonCode.UnspecifiedError),
        MqttReasonCode.MalformedPacket => nameof(MqttReasonCode.MalformedPacket),
        MqttReasonCode.ProtocolError => nameof(MqttReasonCode.ProtocolError),
        MqttReasonCode.ImplementationSpecificError => nameof(MqttReasonCode.ImplementationSpecificError),
        MqttReasonCode.UnsupportedProtocolVersion => nameof(MqttReasonCode.UnsupportedProtocolVersion),
        MqttReasonCode.ClientIdentifierNotValid => nameof(MqttReasonCode.ClientIdentifierNotValid),
        MqttReasonCode.BadUserNameOrPassword => nameof(MqttReasonCode.BadUserNameOrPassword),
        MqttReasonCode.NotAuthorized => nameof(MqttReasonCode.NotAuthorized),
        MqttReasonCode.ServerUnavailable => nameof(MqttReasonCode.ServerUnavailable),
        MqttReasonCode.ServerBusy => nameof(MqttReasonCode.ServerBusy),
        MqttReasonCode.Banned => nameof(MqttReasonCode.Banned),
        MqttReasonCode.ServerShuttingDown => nameof(MqttReasonCode.ServerShuttingDown),
        MqttReasonCode.BadAuthenticationMethod => nameof(MqttReasonCode.BadAuthenticationMethod),
        MqttReasonCode.KeepAliveTimeout => nameof(MqttReasonCode.KeepAliveTimeout),
        MqttReasonCode.SessionTakenOver => nameof(MqttReasonCode.SessionTakenOver),
        MqttReasonCode.TopicFilterInvalid => nameof(MqttReasonCode.TopicFilterInvalid),
        MqttReasonCode.TopicNameInvalid => nameof(MqttReasonCode.TopicNameInvalid),
        MqttReasonCode.PacketIdentifierInUse => nameof(MqttReasonCode.PacketIdentifierInUse),
        MqttReasonCode.PacketIdentifierNotFound => nameof(MqttReasonCode.PacketIdentifierNotFound),
        MqttReasonCode.ReceiveMaximumExceeded => nameof(MqttReasonCode.ReceiveMaximumExceeded),
        MqttReasonCode.TopicAliasInvalid => nameof(MqttReasonCode.TopicAliasInvalid),
        MqttReasonCode.PacketTooLarge => nameof(MqttReasonCode.PacketTooLarge),
        MqttReasonCode.MessageRateTooHigh => nameof(MqttReasonCode.MessageRateTooHigh),
        MqttReasonCode.QuotaExceeded => nameof(MqttReasonCode.QuotaExceeded),
        MqttReasonCode.AdministrativeAction => nameof(MqttReasonCode.AdministrativeAction),
        MqttReasonCode.PayloadFormatInvalid => nameof(MqttReasonCode.PayloadFormatInvalid),
        MqttReasonCode.RetainNotSupported => nameof(MqttReasonCode.RetainNotSupported),
        MqttReasonCode.QoSNotSupported => nameof(MqttReasonCode.QoSNotSupported),
        MqttReasonCode.UseAnotherServer => nameof(MqttReasonCode.UseAnotherServer),
        MqttReasonCode.ServerMoved => nameof(MqttReasonCode.ServerMoved),
        MqttReasonCode.SharedSubscriptionsNotSupported => nameof(MqttReasonCode.SharedSubscriptionsNotSupported),
        MqttReasonCode.ConnectionRateExceeded => nameof(MqttReasonCode.ConnectionRateExceeded),
        MqttReasonCode.MaximumConnectTime => nameof(MqttReasonCode.MaximumConnectTime),
        MqttReasonCode.SubscriptionIdentifiersNotSupported => nameof(MqttReasonCode.SubscriptionIdentifiersNotSupported),
        MqttReasonCode.WildcardSubscriptionsNotSupported => nameof(MqttReasonCode.WildcardSubscriptionsNotSupported),
        _ => ((byte)value).ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The name; of an unknown value the number.</summary>
    public static string Word(this MqttPacketType value) => value switch
    {
        MqttPacketType.None => nameof(MqttPacketType.None),
        MqttPacketType.Connect => nameof(MqttPacketType.Connect),
        MqttPacketType.ConnAck => nameof(MqttPacketType.ConnAck),
        MqttPacketType.Publish => nameof(MqttPacketType.Publish),
        MqttPacketType.PubAck => nameof(MqttPacketType.PubAck),
        MqttPacketType.PubRec => nameof(MqttPacketType.PubRec),
        MqttPacketType.PubRel => nameof(MqttPacketType.PubRel),
        MqttPacketType.PubComp => nameof(MqttPacketType.PubComp),
        MqttPacketType.Subscribe => nameof(MqttPacketType.Subscribe),
        MqttPacketType.SubAck => nameof(MqttPacketType.SubAck),
        MqttPacketType.Unsubscribe => nameof(MqttPacketType.Unsubscribe),
        MqttPacketType.UnsubAck => nameof(MqttPacketType.UnsubAck),
        MqttPacketType.PingReq => nameof(MqttPacketType.PingReq),
        MqttPacketType.PingResp => nameof(MqttPacketType.PingResp),
        MqttPacketType.Disconnect => nameof(MqttPacketType.Disconnect),
        MqttPacketType.Auth => nameof(MqttPacketType.Auth),
        _ => ((byte)value).ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The name; of an unknown value the number.</summary>
    public static string Word(this ConnectReturnCode value) => value switch
    {
        ConnectReturnCode.Accepted => nameof(ConnectReturnCode.Accepted),
        ConnectReturnCode.UnacceptableProtocolVersion => nameof(ConnectReturnCode.UnacceptableProtocolVersion),
        ConnectReturnCode.IdentifierRejected => nameof(ConnectReturnCode.IdentifierRejected),
        ConnectReturnCode.ServerUnavailable => nameof(ConnectReturnCode.ServerUnavailable),
        ConnectReturnCode.BadUserNameOrPassword => nameof(ConnectReturnCode.BadUserNameOrPassword),
        ConnectReturnCode.NotAuthorized => nameof(ConnectReturnCode.NotAuthorized),
        _ => ((byte)value).ToString(CultureInfo.InvariantCulture),
    };
}
