namespace Defender.Mqtt.Packets;

/// <summary>What MQTT 5.0 says of each property (table 2-4). Sets of properties are bit masks by identifier.</summary>
internal static class PropertyTable
{
    /// <summary>The place of a will's properties, where those of packets have the packet's type.</summary>
    public const MqttPacketType Will = MqttPacketType.None;

    /// <summary>What a server passes on to subscribers unaltered (MQTT-3.3.2-4, -15, -16, -17, -18, -20), the expiry but for its value.</summary>
    public const ulong Forwardable = Format | Expiry | Content | Response | Correlation | User;

    private const ulong Format = 1UL << (int)MqttPropertyId.PayloadFormatIndicator;
    private const ulong Expiry = 1UL << (int)MqttPropertyId.MessageExpiryInterval;
    private const ulong Content = 1UL << (int)MqttPropertyId.ContentType;
    private const ulong Response = 1UL << (int)MqttPropertyId.ResponseTopic;
    private const ulong Correlation = 1UL << (int)MqttPropertyId.CorrelationData;
    private const ulong User = 1UL << (int)MqttPropertyId.UserProperty;
    private const ulong SubscriptionId = 1UL << (int)MqttPropertyId.SubscriptionIdentifier;
    private const ulong Reason = User | 1UL << (int)MqttPropertyId.ReasonString;
    private const ulong SessionExpiry = 1UL << (int)MqttPropertyId.SessionExpiryInterval;
    private const ulong Reference = 1UL << (int)MqttPropertyId.ServerReference;

    private const ulong Authentication = 1UL << (int)MqttPropertyId.AuthenticationMethod | 1UL << (int)MqttPropertyId.AuthenticationData;

    private const ulong Connection = User | SessionExpiry | Authentication
        | 1UL << (int)MqttPropertyId.ReceiveMaximum
        | 1UL << (int)MqttPropertyId.TopicAliasMaximum
        | 1UL << (int)MqttPropertyId.MaximumPacketSize;

    private const ulong Connect = Connection
        | 1UL << (int)MqttPropertyId.RequestProblemInformation
        | 1UL << (int)MqttPropertyId.RequestResponseInformation;

    private const ulong ConnAck = Connection | Reason | Reference
        | 1UL << (int)MqttPropertyId.AssignedClientIdentifier
        | 1UL << (int)MqttPropertyId.ServerKeepAlive
        | 1UL << (int)MqttPropertyId.ResponseInformation
        | 1UL << (int)MqttPropertyId.MaximumQoS
        | 1UL << (int)MqttPropertyId.RetainAvailable
        | 1UL << (int)MqttPropertyId.WildcardSubscriptionAvailable
        | 1UL << (int)MqttPropertyId.SubscriptionIdentifierAvailable
        | 1UL << (int)MqttPropertyId.SharedSubscriptionAvailable;

    public static PropertyKind KindOf(MqttPropertyId id) => id switch
    {
        MqttPropertyId.PayloadFormatIndicator or MqttPropertyId.RequestProblemInformation or MqttPropertyId.RequestResponseInformation
            or MqttPropertyId.MaximumQoS or MqttPropertyId.RetainAvailable or MqttPropertyId.WildcardSubscriptionAvailable
            or MqttPropertyId.SubscriptionIdentifierAvailable or MqttPropertyId.SharedSubscriptionAvailable => PropertyKind.Flag,
        MqttPropertyId.ServerKeepAlive or MqttPropertyId.ReceiveMaximum or MqttPropertyId.TopicAliasMaximum
            or MqttPropertyId.TopicAlias => PropertyKind.UInt16,
        MqttPropertyId.MessageExpiryInterval or MqttPropertyId.SessionExpiryInterval or MqttPropertyId.WillDelayInterval
            or MqttPropertyId.MaximumPacketSize => PropertyKind.UInt32,
        MqttPropertyId.SubscriptionIdentifier => PropertyKind.VariableInteger,
        MqttPropertyId.ContentType or MqttPropertyId.ResponseTopic or MqttPropertyId.AssignedClientIdentifier
            or MqttPropertyId.AuthenticationMethod or MqttPropertyId.ResponseInformation or MqttPropertyId.ServerReference
            or MqttPropertyId.ReasonString => PropertyKind.Text,
        MqttPropertyId.CorrelationData or MqttPropertyId.AuthenticationData => PropertyKind.Binary,
        MqttPropertyId.UserProperty => PropertyKind.TextPair,
        _ => PropertyKind.None,
    };

    public static bool IsAllowed(MqttPropertyId id, MqttPacketType owner)
        => KindOf(id) != PropertyKind.None && (AllowedIn(owner) >> (int)id & 1) != 0;

    /// <summary>Whether it may come more than once: a user property, and in PUBLISH a subscription identifier (section 3.3.2.3.8).</summary>
    public static bool MayRepeat(MqttPropertyId id, MqttPacketType owner)
        => id == MqttPropertyId.UserProperty || (id == MqttPropertyId.SubscriptionIdentifier && owner == MqttPacketType.Publish);

    private static ulong AllowedIn(MqttPacketType owner) => owner switch
    {
        Will => Forwardable | 1UL << (int)MqttPropertyId.WillDelayInterval,
        MqttPacketType.Connect => Connect,
        MqttPacketType.ConnAck => ConnAck,
        MqttPacketType.Publish => Forwardable | SubscriptionId | 1UL << (int)MqttPropertyId.TopicAlias,
        MqttPacketType.PubAck or MqttPacketType.PubRec or MqttPacketType.PubRel or MqttPacketType.PubComp => Reason,
        MqttPacketType.Subscribe => User | SubscriptionId,
        MqttPacketType.SubAck or MqttPacketType.UnsubAck => Reason,
        MqttPacketType.Unsubscribe => User,
        MqttPacketType.Disconnect => Reason | SessionExpiry | Reference,
        MqttPacketType.Auth => Reason | Authentication,
        _ => 0,
    };
}
