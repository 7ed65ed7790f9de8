using System;
using System.Buffers;
using System.Runtime.InteropServices;

namespace Defender.Mqtt.Packets;

public static partial class MqttWriter
{
    /// <summary>Writes a SUBACK of MQTT 3.1.1.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="packetId">The identifier of the SUBSCRIBE.</param>
    /// <param name="returnCodes">For each filter the granted QoS or <see cref="SubAckPacket.Failure"/>.</param>
    /// <exception cref="ArgumentException">There is no code, or one that SUBACK does not know.</exception>
    public static void WriteSubAck(IBufferWriter<byte> output, ushort packetId, params ReadOnlySpan<byte> returnCodes)
    {
        ArgumentOutOfRangeException.ThrowIfZero(packetId);
        CheckNotEmpty(returnCodes.Length, nameof(returnCodes));
        if (!SubAckPacket.AreValid(returnCodes))
        {
            throw new ArgumentException("The return codes of SUBACK are 0, 1, 2 and 128.", nameof(returnCodes));
        }

        int remaining = sizeof(ushort) + returnCodes.Length;
        Span<byte> span = Begin(output, MqttPacketType.SubAck, 0, remaining, remaining, out int position);
        Put(span, ref position, packetId);
        returnCodes.CopyTo(span[position..]);
        output.Advance(position + returnCodes.Length);
    }

    /// <summary>Writes a SUBACK of MQTT 5.0.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="packetId">The identifier of the SUBSCRIBE.</param>
    /// <param name="properties">Those of a SUBACK.</param>
    /// <param name="reasons">For each filter the granted QoS or the reason of the refusal.</param>
    /// <exception cref="ArgumentException">There is no code, one that SUBACK does not know, or the properties are not its own.</exception>
    public static void WriteSubAck(
        IBufferWriter<byte> output, ushort packetId, MqttProperties properties, params ReadOnlySpan<MqttReasonCode> reasons)
        => WriteReasons(output, MqttPacketType.SubAck, packetId, properties, reasons);

    /// <summary>Writes an UNSUBACK of MQTT 5.0.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="packetId">The identifier of the UNSUBSCRIBE.</param>
    /// <param name="properties">Those of an UNSUBACK.</param>
    /// <param name="reasons">One for each filter.</param>
    /// <exception cref="ArgumentException">There is no code, one that UNSUBACK does not know, or the properties are not its own.</exception>
    public static void WriteUnsubAck(
        IBufferWriter<byte> output, ushort packetId, MqttProperties properties, params ReadOnlySpan<MqttReasonCode> reasons)
        => WriteReasons(output, MqttPacketType.UnsubAck, packetId, properties, reasons);

    private static void WriteReasons(
        IBufferWriter<byte> output, MqttPacketType type, ushort packetId, in MqttProperties properties, ReadOnlySpan<MqttReasonCode> reasons)
    {
        ArgumentOutOfRangeException.ThrowIfZero(packetId);
        CheckNotEmpty(reasons.Length, nameof(reasons));
        CheckProperties(properties, type);
        ReadOnlySpan<byte> codes = MemoryMarshal.Cast<MqttReasonCode, byte>(reasons);
        if (!ReasonCodes.AreValid(type, codes))
        {
            throw new ArgumentException($"A reason code is none of {type.Word()}.", nameof(reasons));
        }

        int remaining = sizeof(ushort) + SizeOf(properties) + codes.Length;
        Span<byte> span = Begin(output, type, 0, remaining, remaining, out int position);
        Put(span, ref position, packetId);
        Put(span, ref position, properties);
        codes.CopyTo(span[position..]);
        output.Advance(position + codes.Length);
    }
}
