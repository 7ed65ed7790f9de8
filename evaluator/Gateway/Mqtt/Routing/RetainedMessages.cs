using System;
using System.Collections.Generic;
using System.Linq;
using Defender.Gateway.Mqtt.Sessions;
using Defender.Mqtt.Topics;

namespace Defender.Gateway.Mqtt.Routing;

/// <summary>The newest retained message of each topic (MQTT 3.1.1, section 3.3.1.3), in memory. Not thread-safe.</summary>
internal sealed class RetainedMessages(MqttLimits limits, MemoryBudget budget, TimeProvider timeProvider, bool hashMatchesParent)
{
    private readonly Dictionary<byte[], Retained> _byTopic = new(Utf8Comparer.Instance);
    private long _bytes;
    private long _sweptAt = timeProvider.GetTimestamp();

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
        if (!HasRoom(kept) && !(TrySweep() && HasRoom(kept)))
            return false;
        if (!budget.TryTake(kept.Size))
            return false;
        _bytes += kept.Size;
        _byTopic[kept.Topic] = new Retained(kept, author);
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

    /// <summary>All messages with their authors as they are now, to be walked without the lock; null for the gateway's own.</summary>
    public (Message Message, MessageAuthor? Author)[] Snapshot() => [.. _byTopic.Values.Select(retained => (retained.Message, retained.Author))];

    /// <summary>Forgets a message; without effect when its topic has another by now.</summary>
    public void Forget(Message message)
    {
        if (_byTopic.TryGetValue(message.Topic, out Retained current) && current.Message == message)
            Remove(message.Topic);
    }

    // Half of the budget stays for messages on their way: nobody acknowledges a retained one away.
    private bool HasRoom(Message message) => _byTopic.Count < limits.MaxRetained && _bytes + message.Size <= limits.MemoryBudgetBytes / 2;

    // Forgets what has expired; at most once a second, since it is a walk over all.
    private bool TrySweep()
    {
        if (timeProvider.GetElapsedTime(_sweptAt) < TimeSpan.FromSeconds(1))
            return false;
        _sweptAt = timeProvider.GetTimestamp();
        foreach (byte[] topic in _byTopic.Where(entry => entry.Value.Message.ExpiresAt <= _sweptAt).Select(entry => entry.Key).ToArray())
            Remove(topic);
        return true;
    }

    private void Remove(ReadOnlySpan<byte> topic)
    {
        if (_byTopic.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(topic, out _, out Retained old))
        {
            _bytes -= old.Message.Size;
            budget.Return(old.Message.Size);
        }
    }

    private readonly record struct Retained(Message Message, MessageAuthor? Author);
}
