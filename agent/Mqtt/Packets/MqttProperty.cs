using System;

namespace Defender.Mqtt.Packets;

/// <summary>One property; its spans point into the packet it was read from.</summary>
public readonly ref struct MqttProperty
{
    /// <summary>Which property it is, and by that which of the other members are set.</summary>
    public MqttPropertyId Id { get; init; }

    /// <summary>The value of a property of one, two or four bytes or of a variable byte integer; otherwise 0.</summary>
    public uint Number { get; init; }

    /// <summary>The name of a user property in UTF-8; otherwise empty.</summary>
    public ReadOnlySpan<byte> Name { get; init; }

    /// <summary>The value of a user property, a string (UTF-8) or binary data; otherwise empty.</summary>
    public ReadOnlySpan<byte> Value { get; init; }
}
