using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Channels;

namespace Defender.Gateway.Storage;

/// <summary>
/// What waits for delivery: how much of it, and a wake-up for whoever delivers, so that nobody has to poll. The messages
/// themselves are in the store alone. Thread-safe; one for a store.
/// </summary>
internal sealed class Outbox
{
    private readonly IStore _store;
    private readonly ConcurrentDictionary<string, long> _waiting;
    private readonly ConcurrentDictionary<string, Channel<bool>> _signals = new(StringComparer.Ordinal);

    /// <summary>Counts what is left from before.</summary>
    /// <exception cref="StoreException">The store could not be read.</exception>
    public Outbox(IStore store)
    {
        _store = store;
        _waiting = new ConcurrentDictionary<string, long>(store.CountOutbox(), StringComparer.Ordinal);
    }

    /// <summary>Destinations that messages wait for and that start with a prefix, in ordinal order.</summary>
    public IReadOnlyList<string> ListDestinations(string prefix) =>
        [.. _waiting.Keys.Where(destination => destination.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>Messages that wait for a destination.</summary>
    public long CountWaiting(string destination) => Math.Max(0, _waiting.GetValueOrDefault(destination));

    /// <summary>Takes note of the messages of a batch and wakes who delivers them; call it after the commit, before the batch is cleared.</summary>
    public void Committed(StoreBatch batch)
    {
        // All are counted before anybody wakes: whoever does sees how many wait.
        foreach (OutboxMessage message in batch.Outbox)
            Count(message.Destination, 1);
        foreach (OutboxMessage message in batch.Outbox)
        {
            if (_signals.TryGetValue(message.Destination, out Channel<bool>? signal))
                signal.Writer.TryWrite(true);
        }
    }

    /// <summary>The messages that wait for a destination, the oldest first; see <see cref="IStore.ReadOutbox"/>.</summary>
    /// <exception cref="StoreException">The store could not be read.</exception>
    public IReadOnlyList<OutboxRow> Read(string destination, long after, int limit) => _store.ReadOutbox(destination, after, limit);

    /// <summary>Forgets messages that were delivered or given up.</summary>
    /// <exception cref="StoreException">The store could not be written: they are still there.</exception>
    public void Remove(string destination, IReadOnlyCollection<long> ids)
    {
        var batch = new StoreBatch();
        batch.Delivered.AddRange(ids);
        _store.Commit(batch);
        Count(destination, -ids.Count);
    }

    /// <summary>
    /// Gets something to read after each commit with messages for a destination from now on; several commits may be one. Listen
    /// before the first look at the store, or what comes in between is missed.
    /// </summary>
    public ChannelReader<bool> Listen(string destination) => _signals.GetOrAdd(
        destination, static _ => Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite })).Reader;

    // Destinations come and go with profiles: one that nothing waits for is not remembered. Below zero is no mistake: a message
    // can be delivered between its commit and the note of it.
    private void Count(string destination, long change)
    {
        long waiting = _waiting.AddOrUpdate(destination, static (_, by) => by, static (_, now, by) => now + by, change);
        if (waiting == 0)
            _waiting.TryRemove(KeyValuePair.Create(destination, waiting));
    }
}
