using System;

namespace Defender.Mqtt.Client;

/// <summary>A message that the server delivered.</summary>
/// <param name="Topic">The topic name it was published to.</param>
/// <param name="Payload">Its bytes, owned by this message.</param>
/// <param name="QoS">The QoS of the delivery: the lower of the publisher's and the subscription's.</param>
/// <param name="Retain">Whether the server had kept it from before the subscription.</param>
public sealed record MqttMessage(string Topic, ReadOnlyMemory<byte> Payload, MqttQoS QoS, bool Retain)
{
    /// <summary>The packet identifier of a QoS 1 delivery, 0 else.</summary>
    internal ushort PacketId { get; init; }

    /// <summary>The connection it came on: elsewhere its packet identifier means another message.</summary>
    internal MqttClient? Receiver { get; init; }
}
