using System;
using System.Runtime.InteropServices;

namespace Defender.Mqtt.Packets;

/// <summary>UNSUBACK of MQTT 5.0 (section 3.11); that of MQTT 3.1.1 is an <see cref="AckPacket"/>.</summary>
public readonly ref struct UnsubAckPacket
{
    /// <summary>The identifier of the UNSUBSCRIBE: 1 to 65,535.</summary>
    public ushort PacketId { get; init; }

    /// <summary>One code for each filter, in the order of the UNSUBSCRIBE.</summary>
    public ReadOnlySpan<MqttReasonCode> ReasonCodes { get; init; }

    /// <summary>Reason string and user properties.</summary>
    public MqttProperties Properties { get; init; }

    /// <summary>Parses the body of an UNSUBACK of MQTT 5.0; allocates nothing.</summary>
    /// <param name="body">All bytes after the fixed header.</param>
    /// <param name="packet">The packet when the result is true.</param>
    /// <param name="error">The broken rule when the result is false.</param>
    public static bool TryParse(ReadOnlySpan<byte> body, out UnsubAckPacket packet, out MqttError error)
    {
        packet = default;
        var reader = new BodyReader(body);
        if (reader.TryReadPacketId(out ushort packetId)
            && PropertyReader.TryReadProperties(ref reader, MqttPacketType.UnsubAck, out MqttProperties properties))
        {
            ReadOnlySpan<byte> codes = reader.ReadRest();
            if (codes.IsEmpty)
            {
                reader.Fail(MqttErrorCode.EmptyList, "UNSUBACK has no reason code.");
            }
            else if (!Packets.ReasonCodes.AreValid(MqttPacketType.UnsubAck, codes))
            {
                reader.Fail(MqttErrorCode.ReturnCode, "A reason code of UNSUBACK is none that it may have.");
            }
            else
            {
                packet = new UnsubAckPacket
                {
                    PacketId = packetId,
                    ReasonCodes = MemoryMarshal.Cast<byte, MqttReasonCode>(codes),
                    Properties = properties,
                };
            }
        }

        error = reader.Error;
        return !error.IsError;
    }
}
