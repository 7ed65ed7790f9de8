using System;
using System.Collections.Generic;
using System.Linq;
using Defender.Gateway.Mqtt.Sessions;
using Defender.Mqtt.Topics;

namespace Defender.Gateway.Mqtt.Routing;

/// <summary>
/// The newest retained message of each topic (MQTT 3.1.1, section 3.3.1.3), in memory, numbered in the order in which they came.
/// Not thread-safe.
/// </summary>
internal sealed class RetainedMessages(MqttLimits limits, MemoryBudget budget, TimeProvider timeProvider, bool hashMatchesParent)
{
    private readonly Dictionary<byte[], Retained> _byTopic = new(Utf8Comparer.Instance);
    private readonly SortedSet<Retained> _byNumber = new(Comparer<Retained>.Create(static (left, right) => left.Number.CompareTo(right.Number)));
    private long _bytes;
    private long _sweptAt = timeProvider.GetTimestamp();

    /// <summary>Topics that have one.</summary>
    public int Count => _byTopic.Count;

    /// <summary>The number of the newest; 0 before the first.</summary>
    public long Newest { get; private set; }

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
        var retained = new Retained(kept, author, ++Newest);
        _byTopic[kept.Topic] = retained;
        _byNumber.Add(retained);
        return true;
    }

    /// <summary>The first message that a filter selects.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="after">Only those behind this number; afterwards that of the last that was looked at.</param>
    /// <param name="last">Only those up to this number.</param>
    /// <param name="looks">How many may be looked at; afterwards how many still may.</param>
    /// <returns>The message; null when there is none, or none among those that were looked at.</returns>
    public Message? Next(ReadOnlySpan<byte> filter, ref long after, long last, ref int looks)
    {
        long now = timeProvider.GetTimestamp();
        if (!filter.ContainsAny((byte)'+', (byte)'#'))
        {
            looks--;
            bool isThere = _byTopic.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(filter, out Retained? one)
                && one.Number > after && one.Number <= last && one.Message.ExpiresAt > now;
            after = last;
            return isThere ? one!.Message : null;
        }

        if (after < last)
        {
            foreach (Retained retained in _byNumber.GetViewBetween(Retained.Numbered(after + 1), Retained.Numbered(last)))
            {
                looks--;
                after = retained.Number;
                if (retained.Message.ExpiresAt > now && TopicFilter.Matches(filter, retained.Message.Topic, hashMatchesParent))
                    return retained.Message;
                if (looks <= 0)
                    return null;
            }
        }

        after = last;
        return null;
    }

    /// <summary>All messages with their authors as they are now, to be walked without the lock; null for the gateway's own.</summary>
    public (Message Message, MessageAuthor? Author)[] Snapshot() => [.. _byTopic.Values.Select(retained => (retained.Message, retained.Author))];

    /// <summary>Forgets a message; without effect when its topic has another by now.</summary>
    public void Forget(Message message)
    {
        if (_byTopic.TryGetValue(message.Topic, out Retained? current) && current.Message == message)
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
        if (_byTopic.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(topic, out _, out Retained? old))
        {
            _byNumber.Remove(old);
            _bytes -= old.Message.Size;
            budget.Return(old.Message.Size);
        }
    }

    private sealed record Retained(Message Message, MessageAuthor? Author, long Number)
    {
        public static Retained Numbered(long number) => new(null!, null, number);
    }
}
