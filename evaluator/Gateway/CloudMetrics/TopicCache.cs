using System;

namespace Defender.Gateway.CloudMetrics;

/// <summary>
/// Which dimensions select the last few topics of a client: clients use few, and match each once. Not thread-safe.
/// </summary>
internal sealed class TopicCache
{
    private const int Places = 4;

    // AWS: topics have at most 256 bytes. Longer ones are matched each time.
    private const int MaxTopicBytes = 256;

    private readonly Entry[] _entries = new Entry[Places];
    private int _next;

    /// <summary>A bit for each of the dimensions that select the topic.</summary>
    public uint Selecting(CloudSeries series, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> clientId)
    {
        // CONNECT has none: it is neither inside a dimension nor outside.
        if (topic.IsEmpty)
            return 0;
        foreach (ref readonly Entry known in _entries.AsSpan())
        {
            if (known.Length == topic.Length && topic.SequenceEqual(known.Topic.AsSpan(0, known.Length)))
                return known.Selecting;
        }

        uint selecting = Match(series, topic, clientId);
        if (topic.Length <= MaxTopicBytes)
            Keep(topic, selecting);
        return selecting;
    }

    /// <summary>Forgets all, after the dimensions have changed.</summary>
    public void Clear()
    {
        foreach (ref Entry entry in _entries.AsSpan())
            entry.Length = 0;
    }

    private static uint Match(CloudSeries series, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> clientId)
    {
        uint selecting = 0;
        for (int i = 0; i < series.Dimensions.Length; i++)
        {
            if (series.Dimensions[i].Selects(topic, clientId))
                selecting |= 1u << i;
        }

        return selecting;
    }

    private void Keep(ReadOnlySpan<byte> topic, uint selecting)
    {
        ref Entry entry = ref _entries[_next];
        _next = (_next + 1) % Places;
        if (entry.Topic is null || entry.Topic.Length < topic.Length)
            entry.Topic = new byte[Math.Min(MaxTopicBytes, (topic.Length + 63) / 64 * 64)];
        topic.CopyTo(entry.Topic);
        entry.Length = topic.Length;
        entry.Selecting = selecting;
    }

    private struct Entry
    {
        public byte[]? Topic;
        public int Length;
        public uint Selecting;
    }
}
