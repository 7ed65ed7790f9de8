using System;

namespace Defender.Mqtt.Packets;

/// <summary>One entry of a SUBSCRIBE.</summary>
public readonly ref struct TopicSubscription
{
    /// <summary>The topic filter in UTF-8: 1 to 65,535 bytes.</summary>
    public ReadOnlySpan<byte> Filter { get; init; }

    /// <summary>What is asked for; with MQTT 3.1.1 the QoS only.</summary>
    public SubscriptionOptions Options { get; init; }

    /// <summary>The highest QoS that the client wants to receive.</summary>
    public MqttQoS QoS => Options.QoS;
}
