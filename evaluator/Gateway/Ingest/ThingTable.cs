using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Defender.Gateway.Mqtt.Routing;
using Defender.Gateway.Storage;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Ingest;

/// <summary>
/// The things that reported lately, read from the store when they are first met. Bounded by <see cref="Trim"/>: those that
/// were silent longest make room, which loses nothing, since their state is stored. One owner.
/// </summary>
internal sealed class ThingTable(IStore store, ILogger logger, int capacity = ThingTable.DefaultCapacity)
{
    /// <summary>About 100 MB with the usual ten behaviors a thing.</summary>
    public const int DefaultCapacity = 100_000;

    private readonly Dictionary<byte[], LinkedListNode<ThingRecord>> _things = new(Utf8Comparer.Instance);
    private readonly LinkedList<ThingRecord> _byUse = [];

    /// <summary>Things in memory now.</summary>
    public int Count => _things.Count;

    /// <summary>The record of a thing if it is in memory.</summary>
    public bool TryFind(ReadOnlySpan<byte> thingName, [NotNullWhen(true)] out ThingRecord? record)
    {
        record = _things.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(thingName, out LinkedListNode<ThingRecord>? node) ? node.Value : null;
        return record is not null;
    }

    /// <summary>The record of a thing, new when it is unknown.</summary>
    /// <exception cref="StoreException">The store could not be read.</exception>
    public ThingRecord Get(ReadOnlySpan<byte> thingName)
    {
        if (_things.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(thingName, out LinkedListNode<ThingRecord>? node))
        {
            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value;
        }

        ThingRecord record = Read(Encoding.UTF8.GetString(thingName));
        _things.Add(thingName.ToArray(), _byUse.AddFirst(record));
        return record;
    }

    /// <summary>Drops a record, so that the next use reads it from the store.</summary>
    public void Forget(ReadOnlySpan<byte> thingName)
    {
        if (_things.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(thingName, out _, out LinkedListNode<ThingRecord>? node))
            _byUse.Remove(node);
    }

    /// <summary>
    /// Makes room. Only between batches: a record with changes that are not stored yet would be read back without them.
    /// </summary>
    public void Trim()
    {
        while (_things.Count > capacity)
            Forget(Encoding.UTF8.GetBytes(_byUse.Last!.Value.Name));
    }

    private ThingRecord Read(string name)
    {
        if (store.ReadThingState(name) is not { } bytes)
            return new ThingRecord(name);
        if (ThingRecord.TryRead(name, bytes, out ThingRecord record))
            return record;
        logger.StateDamaged(Printable.Escape(name), bytes.Length);
        record.LostAlarms = true;
        return record;
    }
}
