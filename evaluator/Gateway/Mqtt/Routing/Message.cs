using Defender.Mqtt;

namespace Defender.Gateway.Mqtt.Routing;

/// <summary>A message that is kept: it waits for a client, may have to be sent again, is retained, or is a will. Immutable, shared by all who wait for it.</summary>
internal sealed class Message
{
    // What it takes beside its bytes: the object, three arrays and a place in a queue.
    private const int Overhead = 160;

    /// <summary>The topic name, UTF-8.</summary>
    public required byte[] Topic { get; init; }

    /// <summary>The payload.</summary>
    public required byte[] Payload { get; init; }

    /// <summary>The MQTT 5 properties that travel with it, as on the wire without their length and without Message Expiry Interval.</summary>
    public byte[] Properties { get; init; } = [];

    /// <summary>The quality it was published at.</summary>
    public MqttQoS QoS { get; init; }

    /// <summary>Whether it was published to be retained.</summary>
    public bool Retain { get; init; }

    /// <summary>When it expires, as a timestamp of the endpoint's clock; <see cref="long.MaxValue"/> for never.</summary>
    public long ExpiresAt { get; init; } = long.MaxValue;

    /// <summary>Who published it; null for the gateway itself.</summary>
    public string? Publisher { get; init; }

    /// <summary>Bytes of memory that it is counted as.</summary>
    public int Size => Topic.Length + Payload.Length + Properties.Length + Overhead;
}
