using System;
using System.Buffers;

namespace Defender.Mqtt.Packets;

/// <summary>SUBACK (MQTT 3.1.1, section 3.9).</summary>
public readonly ref struct SubAckPacket
{
    /// <summary>The code of a refused filter; the others are the granted QoS.</summary>
    public const byte Failure = 0x80;

    private static readonly SearchValues<byte> Codes = SearchValues.Create([0, 1, 2, Failure]);

    /// <summary>The identifier of the SUBSCRIBE: 1 to 65,535.</summary>
    public ushort PacketId { get; init; }

    /// <summary>One code for each filter, in the order of the SUBSCRIBE: 0, 1, 2 or <see cref="Failure"/>.</summary>
    public ReadOnlySpan<byte> ReturnCodes { get; init; }

    /// <summary>Parses the body of a SUBACK; allocates nothing.</summary>
    /// <param name="body">All bytes after the fixed header.</param>
    /// <param name="packet">The packet when the result is true.</param>
    /// <param name="error">The broken rule when the result is false.</param>
    public static bool TryParse(ReadOnlySpan<byte> body, out SubAckPacket packet, out MqttError error)
    {
        packet = default;
        var reader = new BodyReader(body);
        if (reader.TryReadPacketId(out ushort packetId))
        {
            ReadOnlySpan<byte> codes = reader.ReadRest();
            if (codes.IsEmpty)
            {
                reader.Fail(MqttErrorCode.EmptyList, "SUBACK has no return code.");
            }
            else if (!AreValid(codes))
            {
                reader.Fail(MqttErrorCode.ReturnCode, "A return code of SUBACK is not 0, 1, 2 or 128.");
            }
            else
            {
                packet = new SubAckPacket { PacketId = packetId, ReturnCodes = codes };
            }
        }

        error = reader.Error;
        return !error.IsError;
    }

    internal static bool AreValid(ReadOnlySpan<byte> codes) => !codes.ContainsAnyExcept(Codes);
}
