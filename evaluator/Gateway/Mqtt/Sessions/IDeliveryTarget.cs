using System;
using Defender.Gateway.Mqtt.Routing;
using Defender.Mqtt;

namespace Defender.Gateway.Mqtt.Sessions;

/// <summary>The connection that a session's messages leave by. Callable from any thread; never waits.</summary>
internal interface IDeliveryTarget
{
    /// <summary>Messages that may be unacknowledged towards the client.</summary>
    int ReceiveMaximum { get; }

    /// <summary>Whether as much as half of what may wait for the client does not: what is kept for it anyway can come now.</summary>
    bool HasRoom { get; }

    /// <summary>Whether the client's policies let it receive a topic now.</summary>
    bool MayReceive(ReadOnlySpan<byte> topic);

    /// <summary>Sends a PUBLISH: <see cref="Delivery.Sent"/>, <see cref="Delivery.TooLarge"/> or <see cref="Delivery.Overrun"/>.</summary>
    Delivery SendPublish(ref OutgoingMessage message, in PublishHeader header);

    /// <summary>Sends a PUBREL; false when the client cannot be kept.</summary>
    bool SendPubRel(ushort packetId);
}

/// <summary>What a PUBLISH says beside the message itself.</summary>
/// <param name="QoS">The quality of this delivery.</param>
/// <param name="Retain">The retain flag.</param>
/// <param name="PacketId">1 to 65,535; 0 with QoS 0.</param>
/// <param name="IsRepeated">Whether it was sent before.</param>
/// <param name="SubscriptionIds">MQTT 5: the identifiers of the subscriptions that matched; empty for none.</param>
internal readonly record struct PublishHeader(MqttQoS QoS, bool Retain, ushort PacketId, bool IsRepeated, uint[] SubscriptionIds);
