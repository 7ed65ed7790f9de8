using System;

namespace Defender.Mqtt.Packets;

/// <summary>PUBACK, PUBREC, PUBREL, PUBCOMP and UNSUBACK: a packet identifier and nothing else (MQTT 3.1.1, sections 3.4 to 3.7, 3.11).</summary>
public readonly ref struct AckPacket
{
    /// <summary>The identifier of the packet that is acknowledged: 1 to 65,535.</summary>
    public ushort PacketId { get; init; }

    /// <summary>Parses the body of one of the five types.</summary>
    /// <param name="body">All bytes after the fixed header.</param>
    /// <param name="packet">The packet when the result is true.</param>
    /// <param name="error">The broken rule when the result is false.</param>
    public static bool TryParse(ReadOnlySpan<byte> body, out AckPacket packet, out MqttError error)
    {
        packet = default;
        var reader = new BodyReader(body);
        if (reader.TryReadPacketId(out ushort packetId) && reader.TryEnd())
        {
            packet = new AckPacket { PacketId = packetId };
        }

        error = reader.Error;
        return !error.IsError;
    }
}
