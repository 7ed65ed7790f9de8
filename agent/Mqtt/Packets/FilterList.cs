using System;
using Defender.Mqtt.Topics;

namespace Defender.Mqtt.Packets;

/// <summary>What SUBSCRIBE and UNSUBSCRIBE have in common: a packet identifier, then topic filters (sections 3.8 and 3.10).</summary>
/// <param name="PacketId">1 to 65,535.</param>
/// <param name="Count">Number of entries, at least one.</param>
internal readonly record struct FilterList(ushort PacketId, int Count)
{
    /// <summary>Bytes before the first entry.</summary>
    public const int HeaderSize = sizeof(ushort);

    /// <summary>Checks every entry of a body.</summary>
    /// <param name="body">All bytes after the fixed header.</param>
    /// <param name="withQoS">Whether a requested QoS stands behind each filter, as in SUBSCRIBE.</param>
    /// <param name="list">The list when the result is true.</param>
    /// <param name="error">The broken rule when the result is false.</param>
    public static bool TryParse(ReadOnlySpan<byte> body, bool withQoS, out FilterList list, out MqttError error)
    {
        list = default;
        var reader = new BodyReader(body);
        if (reader.TryReadPacketId(out ushort packetId))
        {
            int count = 0;
            while (!reader.AtEnd && TryReadFilter(ref reader) && (!withQoS || TryReadQoS(ref reader)))
            {
                count++;
            }

            if (count == 0)
            {
                reader.Fail(MqttErrorCode.EmptyList, "The packet has no topic filter.");
            }

            list = new FilterList(packetId, count);
        }

        error = reader.Error;
        return !error.IsError;
    }

    private static bool TryReadFilter(scoped ref BodyReader reader)
        => reader.TryReadString(out ReadOnlySpan<byte> filter)
            && (TopicFilter.HasValidGrammar(filter)
                || reader.Fail(MqttErrorCode.InvalidTopicFilter, "A topic filter is empty or has a wildcard in the wrong place."));

    private static bool TryReadQoS(scoped ref BodyReader reader)
        => reader.TryReadByte(out byte qos)
            && (qos <= 3 || reader.Fail(MqttErrorCode.ReservedBits, "SUBSCRIBE sets reserved bits beside a requested QoS."))
            && (qos < 3 || reader.Fail(MqttErrorCode.InvalidQoS, "A requested QoS of SUBSCRIBE is 3."));
}
