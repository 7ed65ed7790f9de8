using System;
using System.Buffers;
using System.Text;
using Defender.Mqtt.Topics;

namespace Defender.Mqtt.Packets;

public static partial class MqttWriter
{
    /// <summary>Writes a SUBSCRIBE.</summary>
    /// <exception cref="ArgumentException">There is no filter, or one is not valid.</exception>
    public static void WriteSubscribe(
        IBufferWriter<byte> output, ushort packetId, params ReadOnlySpan<(string Filter, MqttQoS QoS)> subscriptions)
    {
        ArgumentOutOfRangeException.ThrowIfZero(packetId);
        long remaining = sizeof(ushort);
        foreach ((string filter, MqttQoS qos) in subscriptions)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((int)qos, (int)MqttQoS.ExactlyOnce, nameof(subscriptions));
            remaining += sizeof(ushort) + CheckFilter(filter, nameof(subscriptions)) + 1;
        }

        CheckNotEmpty(subscriptions.Length, nameof(subscriptions));
        Span<byte> span = Begin(output, MqttPacketType.Subscribe, 2, remaining, (int)remaining, out int position);
        Put(span, ref position, packetId);
        foreach ((string filter, MqttQoS qos) in subscriptions)
        {
            Put(span, ref position, filter);
            span[position++] = (byte)qos;
        }

        output.Advance(position);
    }

    /// <summary>Writes an UNSUBSCRIBE.</summary>
    /// <exception cref="ArgumentException">There is no filter, or one is not valid.</exception>
    public static void WriteUnsubscribe(IBufferWriter<byte> output, ushort packetId, params ReadOnlySpan<string> filters)
    {
        ArgumentOutOfRangeException.ThrowIfZero(packetId);
        long remaining = sizeof(ushort);
        foreach (string filter in filters)
        {
            remaining += sizeof(ushort) + CheckFilter(filter, nameof(filters));
        }

        CheckNotEmpty(filters.Length, nameof(filters));
        Span<byte> span = Begin(output, MqttPacketType.Unsubscribe, 2, remaining, (int)remaining, out int position);
        Put(span, ref position, packetId);
        foreach (string filter in filters)
        {
            Put(span, ref position, filter);
        }

        output.Advance(position);
    }

    /// <summary>Writes a SUBACK.</summary>
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

    /// <summary>The length of a filter in bytes of UTF-8.</summary>
    private static int CheckFilter(string filter, string parameter)
        => TopicFilter.IsValid(filter)
            ? Encoding.UTF8.GetByteCount(filter)
            : throw new ArgumentException($"'{filter}' is not a topic filter of 1 to 65,535 bytes.", parameter);

    private static void CheckNotEmpty(int count, string parameter)
    {
        if (count == 0)
        {
            throw new ArgumentException("The packet needs at least one entry.", parameter);
        }
    }

    private static void Put(Span<byte> span, ref int position, string text)
    {
        int length = Encoding.UTF8.GetBytes(text, span[(position + sizeof(ushort))..]);
        Put(span, ref position, (ushort)length);
        position += length;
    }
}
