using System;
using System.Buffers;
using System.Text;
using Defender.Mqtt.Topics;

namespace Defender.Mqtt.Packets;

public static partial class MqttWriter
{
    /// <summary>Writes a SUBSCRIBE of MQTT 3.1.1.</summary>
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

    /// <summary>Writes an UNSUBSCRIBE of MQTT 3.1.1.</summary>
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

    /// <summary>Writes a SUBSCRIBE of MQTT 5.0.</summary>
    /// <exception cref="ArgumentException">There is no filter, one or its options are not valid, or the properties are not those of a SUBSCRIBE.</exception>
    public static void WriteSubscribe(
        IBufferWriter<byte> output,
        ushort packetId,
        MqttProperties properties,
        params ReadOnlySpan<(string Filter, SubscriptionOptions Options)> subscriptions)
    {
        ArgumentOutOfRangeException.ThrowIfZero(packetId);
        CheckProperties(properties, MqttPacketType.Subscribe);
        long remaining = sizeof(ushort) + SizeOf(properties);
        foreach ((string filter, SubscriptionOptions options) in subscriptions)
        {
            remaining += sizeof(ushort) + CheckFilter(filter, nameof(subscriptions)) + 1;
            CheckShared(filter, nameof(subscriptions));
            if (!options.IsValid || (options.NoLocal && IsShared(filter)))
            {
                throw new ArgumentException($"'{filter}' cannot be subscribed to with the options 0x{options.ToByte():X2}.", nameof(subscriptions));
            }
        }

        CheckNotEmpty(subscriptions.Length, nameof(subscriptions));
        Span<byte> span = Begin(output, MqttPacketType.Subscribe, 2, remaining, (int)remaining, out int position);
        Put(span, ref position, packetId);
        Put(span, ref position, properties);
        foreach ((string filter, SubscriptionOptions options) in subscriptions)
        {
            Put(span, ref position, filter);
            span[position++] = options.ToByte();
        }

        output.Advance(position);
    }

    /// <summary>Writes an UNSUBSCRIBE of MQTT 5.0.</summary>
    /// <exception cref="ArgumentException">There is no filter, one is not valid, or the properties are not those of an UNSUBSCRIBE.</exception>
    public static void WriteUnsubscribe(
        IBufferWriter<byte> output, ushort packetId, MqttProperties properties, params ReadOnlySpan<string> filters)
    {
        ArgumentOutOfRangeException.ThrowIfZero(packetId);
        CheckProperties(properties, MqttPacketType.Unsubscribe);
        long remaining = sizeof(ushort) + SizeOf(properties);
        foreach (string filter in filters)
        {
            remaining += sizeof(ushort) + CheckFilter(filter, nameof(filters));
            CheckShared(filter, nameof(filters));
        }

        CheckNotEmpty(filters.Length, nameof(filters));
        Span<byte> span = Begin(output, MqttPacketType.Unsubscribe, 2, remaining, (int)remaining, out int position);
        Put(span, ref position, packetId);
        Put(span, ref position, properties);
        foreach (string filter in filters)
        {
            Put(span, ref position, filter);
        }

        output.Advance(position);
    }

    private static bool IsShared(string filter) => filter.StartsWith("$share/", StringComparison.Ordinal);

    private static void CheckShared(string filter, string parameter)
    {
        if (!IsShared(filter))
        {
            return;
        }

        int slash = filter.IndexOf('/', "$share/".Length);
        if (slash <= "$share/".Length || slash == filter.Length - 1
            || filter.AsSpan("$share/".Length..slash).IndexOfAny('+', '#') >= 0)
        {
            throw new ArgumentException($"'{filter}' is not $share/, a name without wildcards, / and a filter.", parameter);
        }
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
