using System;
using Defender.Mqtt.Topics;

namespace Defender.Mqtt.Packets;

/// <summary>What SUBSCRIBE and UNSUBSCRIBE have in common: a packet identifier, properties, then topic filters (sections 3.8 and 3.10).</summary>
internal readonly ref struct FilterList
{
    /// <summary>1 to 65,535.</summary>
    public ushort PacketId { get; private init; }

    /// <summary>None with MQTT 3.1.1.</summary>
    public MqttProperties Properties { get; private init; }

    /// <summary>The bytes of the entries.</summary>
    public ReadOnlySpan<byte> Entries { get; private init; }

    /// <summary>Number of entries, at least one.</summary>
    public int Count { get; private init; }

    /// <summary>Checks every entry of a body.</summary>
    /// <param name="body">All bytes after the fixed header.</param>
    /// <param name="type">SUBSCRIBE, where options stand behind each filter, or UNSUBSCRIBE.</param>
    /// <param name="version">The version of the connection.</param>
    /// <param name="list">The list when the result is true.</param>
    /// <param name="error">The broken rule when the result is false.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> body, MqttPacketType type, MqttVersion version, out FilterList list, out MqttError error)
    {
        list = default;
        var reader = new BodyReader(body);
        MqttProperties properties = default;
        if (reader.TryReadPacketId(out ushort packetId)
            && (version != MqttVersion.V5 || PropertyReader.TryReadProperties(ref reader, type, out properties)))
        {
            ReadOnlySpan<byte> entries = body[^reader.Left..];
            int count = 0;
            while (!reader.AtEnd && TryReadFilter(ref reader, version, out bool isShared)
                && (type == MqttPacketType.Unsubscribe || TryReadOptions(ref reader, version, isShared)))
            {
                count++;
            }

            if (count == 0)
            {
                reader.Fail(MqttErrorCode.EmptyList, "The packet has no topic filter.");
            }

            list = new FilterList { PacketId = packetId, Properties = properties, Entries = entries, Count = count };
        }

        error = reader.Error;
        return !error.IsError;
    }

    private static bool TryReadFilter(scoped ref BodyReader reader, MqttVersion version, out bool isShared)
    {
        isShared = false;
        if (!reader.TryReadString(out ReadOnlySpan<byte> filter))
        {
            return false;
        }

        if (!TopicFilter.HasValidGrammar(filter))
        {
            return reader.Fail(MqttErrorCode.InvalidTopicFilter, "A topic filter is empty or has a wildcard in the wrong place.");
        }

        // CVE-2025-68699: to MQTT 3.1.1 it is a filter as any other.
        isShared = version == MqttVersion.V5 && TopicFilter.IsShared(filter);
        return !isShared || TopicFilter.TryParseShared(filter, out _, out _)
            || reader.Fail(MqttErrorCode.InvalidTopicFilter, "A shared subscription is not $share/, a name without wildcards, / and a filter.");
    }

    private static bool TryReadOptions(scoped ref BodyReader reader, MqttVersion version, bool isShared)
    {
        if (!reader.TryReadByte(out byte bits))
        {
            return false;
        }

        if (SubscriptionOptions.HasReservedBits(bits, version))
        {
            return reader.Fail(MqttErrorCode.ReservedBits, "SUBSCRIBE sets reserved bits beside a requested QoS.");
        }

        var options = SubscriptionOptions.FromByte(bits);
        if (version != MqttVersion.V5)
        {
            return options.IsValid || reader.Fail(MqttErrorCode.InvalidQoS, "A requested QoS of SUBSCRIBE is 3.");
        }

        if (!options.IsValid)
        {
            return reader.Fail(MqttErrorCode.SubscriptionOptions, "A requested QoS or retain handling of SUBSCRIBE is 3.");
        }

        return !(isShared && options.NoLocal)
            || reader.Fail(MqttErrorCode.SubscriptionOptions, "A shared subscription asks for No Local.");
    }
}
