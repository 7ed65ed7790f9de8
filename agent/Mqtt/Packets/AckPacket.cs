using System;

namespace Defender.Mqtt.Packets;

/// <summary>
/// PUBACK, PUBREC, PUBREL, PUBCOMP (sections 3.4 to 3.7) and the UNSUBACK of MQTT 3.1.1 (section 3.11): a packet identifier, in
/// MQTT 5.0 with a reason and properties.
/// </summary>
public readonly ref struct AckPacket
{
    /// <summary>The identifier of the packet that is acknowledged: 1 to 65,535.</summary>
    public ushort PacketId { get; init; }

    /// <summary>MQTT 5.0: how it went; <see cref="MqttReasonCode.Success"/> with MQTT 3.1.1 and where it was left out.</summary>
    public MqttReasonCode ReasonCode { get; init; }

    /// <summary>MQTT 5.0: reason string and user properties; none with MQTT 3.1.1.</summary>
    public MqttProperties Properties { get; init; }

    /// <summary>Parses the body of one of the five types in MQTT 3.1.1.</summary>
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

    /// <summary>Parses the body of one of the types, in MQTT 5.0 without UNSUBACK.</summary>
    /// <param name="type">The type, which decides what reasons there are.</param>
    /// <param name="body">All bytes after the fixed header.</param>
    /// <param name="version">The version that CONNECT has settled.</param>
    /// <param name="packet">The packet when the result is true.</param>
    /// <param name="error">The broken rule when the result is false.</param>
    public static bool TryParse(
        MqttPacketType type, ReadOnlySpan<byte> body, MqttVersion version, out AckPacket packet, out MqttError error)
    {
        if (version != MqttVersion.V5)
        {
            return TryParse(body, out packet, out error);
        }

        packet = default;
        var reader = new BodyReader(body);
        byte reason = 0;
        MqttProperties properties = default;
        // Section 3.4.2.1: without a reason it is success, and below four bytes there are no properties.
        if (reader.TryReadPacketId(out ushort packetId)
            && (reader.AtEnd || reader.TryReadByte(out reason))
            && (ReasonCodes.IsValid(type, (MqttReasonCode)reason)
                || reader.Fail(MqttErrorCode.ReturnCode, "The reason code of an acknowledgement is none that it may have."))
            && (reader.AtEnd || PropertyReader.TryReadProperties(ref reader, type, out properties))
            && reader.TryEnd())
        {
            packet = new AckPacket { PacketId = packetId, ReasonCode = (MqttReasonCode)reason, Properties = properties };
        }

        error = reader.Error;
        return !error.IsError;
    }
}
