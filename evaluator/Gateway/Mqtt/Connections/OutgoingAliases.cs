using System;
using System.Collections.Generic;
using Defender.Gateway.Mqtt.Routing;

namespace Defender.Gateway.Mqtt.Connections;

/// <summary>
/// The numbers that stand for topics towards an MQTT 5 client (MQTT5-3.3.2.3.4): the first topics that it is sent get one, as
/// many as it takes. Guarded by its session's deliveries.
/// </summary>
/// <param name="maximum">The highest number.</param>
internal sealed class OutgoingAliases(int maximum)
{
    /// <summary>Own: so many topics are remembered for a client; few have more.</summary>
    public const int MaxTopics = 16;

    private readonly Dictionary<byte[], ushort> _aliases = new(Utf8Comparer.Instance);

    /// <summary>The number of a topic; 0 when it has none and gets none.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="isKnown">Whether the client has been told: the number alone is enough.</param>
    public ushort Find(ReadOnlySpan<byte> topic, out bool isKnown)
    {
        Dictionary<byte[], ushort>.AlternateLookup<ReadOnlySpan<byte>> aliases = _aliases.GetAlternateLookup<ReadOnlySpan<byte>>();
        isKnown = aliases.TryGetValue(topic, out ushort alias);
        if (isKnown || _aliases.Count >= Math.Min(maximum, MaxTopics))
            return alias;
        return aliases[topic] = (ushort)(_aliases.Count + 1);
    }
}
