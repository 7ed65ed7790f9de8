using System;
using System.Collections.Generic;
using Defender.Gateway.Mqtt.Sessions;
using Defender.Mqtt.Topics;

namespace Defender.Gateway.Mqtt.Routing;

/// <summary>The newest retained message of each topic (MQTT 3.1.1, section 3.3.1.3), in memory. Not thread-safe.</summary>
internal sealed class RetainedMessages(MqttLimits limits, MemoryBudget budget, TimeProvider timeProvider, bool hashMatchesParent)
{
    private readonly Dictionary<byte[], Retained> _byTopic = new(Utf8Comparer.Instance);
    private long _firstExpiry = long.MaxValue;

    /// <summary>Topics that have one.</summary>
    public int Count => _byTopic.Count;

    /// <summary>Keeps a message, or forgets the topic's when its payload is empty; false when there is no room for one more.</summary>
    /// <param name="message">The message.</param>
    /// <param name="author">Whose rights it depends on; null for the gateway's own.</param>
    public bool Set(ref OutgoingMessage message, MessageAuthor? author)
    {
        Remove(message.Topic);
        if (message.Payload.IsEmpty)
            return true;
        Message kept = message.Keep();
        // What has expired takes no place from what has not.
        if (_firstExpiry <= timeProvider.GetTimestamp())
            Review(static (_, _) => true);
        if (_byTopic.Count >= limits.MaxRetained || !budget.TryTake(kept.Size))
            return false;
        _byTopic[kept.Topic] = new Retained(kept, author);
        _firstExpiry = Math.Min(_firstExpiry, kept.ExpiresAt);
        return true;
    }

    /// <summary>Collects the messages that a filter selects.</summary>
    public void Match(ReadOnlySpan<byte> filter, List<Message> matches)
    {
        long now = timeProvider.GetTimestamp();
        if (!filter.ContainsAny((byte)'+', (byte)'#'))
        {
            if (_byTopic.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(filter, out Retained one) && one.Message.ExpiresAt > now)
                matches.Add(one.Message);
            return;
        }

        foreach (Retained retained in _byTopic.Values)
        {
            if (retained.Message.ExpiresAt > now && TopicFilter.Matches(filter, retained.Message.Topic, hashMatchesParent))
                matches.Add(retained.Message);
        }
    }

    /// <summary>
    /// Forgets the messages whose authors would not be let publish them now: a retained message must not outlive its right
    /// (CVE-2018-12546). Forgets those that have expired, too.
    /// </summary>
    public void Review(Func<MessageAuthor, Message, bool> isAllowed)
    {
        long now = timeProvider.GetTimestamp();
        long firstExpiry = long.MaxValue;
        List<byte[]> gone = [];
        foreach ((byte[] topic, Retained retained) in _byTopic)
        {
            if (retained.Message.ExpiresAt <= now || (retained.Author is { } author && !isAllowed(author, retained.Message)))
                gone.Add(topic);
            else
                firstExpiry = Math.Min(firstExpiry, retained.Message.ExpiresAt);
        }

        _firstExpiry = firstExpiry;

        foreach (byte[] topic in gone)
            Remove(topic);
    }

    private void Remove(ReadOnlySpan<byte> topic)
    {
        if (_byTopic.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(topic, out _, out Retained old))
            budget.Return(old.Message.Size);
    }

    private readonly record struct Retained(Message Message, MessageAuthor? Author);
}
