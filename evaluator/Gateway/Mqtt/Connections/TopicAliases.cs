using System;

namespace Defender.Gateway.Mqtt.Connections;

/// <summary>The topics that an MQTT 5 client has given numbers to (MQTT5-3.3.2.3.4); they live as long as its connection.</summary>
/// <param name="maximum">The highest number.</param>
/// <param name="maxTopicBytes">The longest topic that is noted.</param>
internal sealed class TopicAliases(int maximum, int maxTopicBytes)
{
    private readonly byte[]?[] _topics = new byte[]?[maximum];

    /// <summary>
    /// Notes the topic of a number, or puts in the one that is noted; false when the number stands for none, as after a topic that
    /// is longer than is noted.
    /// </summary>
    /// <param name="alias">1 to the maximum.</param>
    /// <param name="topic">The topic of the PUBLISH; empty for the one that is noted.</param>
    public bool TryResolve(int alias, ref ReadOnlySpan<byte> topic)
    {
        ref byte[]? noted = ref _topics[alias - 1];
        if (topic.IsEmpty)
            topic = noted;
        else if (!topic.SequenceEqual(noted))
            noted = topic.Length <= maxTopicBytes ? topic.ToArray() : null;
        return !topic.IsEmpty;
    }
}
