using System;
using System.Buffers;
using System.Runtime.InteropServices;

namespace Defender.Mqtt.Packets;

/// <summary>SUBACK (MQTT 3.1.1 and 5.0, section 3.9).</summary>
public readonly ref struct SubAckPacket
{
    /// <summary>MQTT 3.1.1: the code of a refused filter; the others are the granted QoS.</summary>
    public const byte Failure = 0x80;

    private static readonly SearchValues<byte> Codes = SearchValues.Create([0, 1, 2, Failure]);

    /// <summary>The identifier of the SUBSCRIBE: 1 to 65,535.</summary>
    public ushort PacketId { get; init; }

    /// <summary>One code for each filter, in the order of the SUBSCRIBE: 0, 1, 2 or <see cref="Failure"/>; MQTT 5.0 has more of them.</summary>
    public ReadOnlySpan<byte> ReturnCodes { get; init; }

    /// <summary>The same codes in the words of MQTT 5.0.</summary>
    public ReadOnlySpan<MqttReasonCode> ReasonCodes => MemoryMarshal.Cast<byte, MqttReasonCode>(ReturnCodes);

    /// <summary>MQTT 5.0: reason string and user properties; none with MQTT 3.1.1.</summary>
    public MqttProperties Properties { get; init; }

    /// <summary>Parses the body of a SUBACK; allocates nothing.</summary>
    /// <param name="body">All bytes after the fixed header.</param>
    /// <param name="packet">The packet when the result is true.</param>
    /// <param name="error">The broken rule when the result is false.</param>
    /// <param name="version">The version that CONNECT has settled.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> body, out SubAckPacket packet, out MqttError error, MqttVersion version = MqttVersion.V311)
    {
        packet = default;
        var reader = new BodyReader(body);
        MqttProperties properties = default;
        if (reader.TryReadPacketId(out ushort packetId)
            && (version != MqttVersion.V5 || PropertyReader.TryReadProperties(ref reader, MqttPacketType.SubAck, out properties)))
        {
            ReadOnlySpan<byte> codes = reader.ReadRest();
            if (codes.IsEmpty)
            {
                reader.Fail(MqttErrorCode.EmptyList, "SUBACK has no return code.");
            }
            else if (!(version == MqttVersion.V5 ? Packets.ReasonCodes.AreValid(MqttPacketType.SubAck, codes) : AreValid(codes)))
            {
                reader.Fail(MqttErrorCode.ReturnCode, "A code of SUBACK is none that it may have.");
            }
            else
            {
                packet = new SubAckPacket { PacketId = packetId, ReturnCodes = codes, Properties = properties };
            }
        }

        error = reader.Error;
        return !error.IsError;
    }

    internal static bool AreValid(ReadOnlySpan<byte> codes) => !codes.ContainsAnyExcept(Codes);
}
