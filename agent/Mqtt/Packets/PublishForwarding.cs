using System;

namespace Defender.Mqtt.Packets;

/// <summary>What a server says of its own when it passes a message on to a subscriber by MQTT 5.0.</summary>
public readonly ref struct PublishForwarding
{
    /// <summary>
    /// What is left of the message expiry interval in seconds, written in place of the message's own (MQTT-3.3.2-6); null keeps that.
    /// Without effect on a message that has none.
    /// </summary>
    public uint? MessageExpirySeconds { get; init; }

    /// <summary>A topic alias, 1 to the maximum of the client; 0 for none. With one the topic of the packet may be empty.</summary>
    public ushort TopicAlias { get; init; }

    /// <summary>The identifiers of the subscriptions that the message matches, each 1 to 268,435,455 (MQTT-3.3.4-3).</summary>
    public ReadOnlySpan<uint> SubscriptionIdentifiers { get; init; }
}
