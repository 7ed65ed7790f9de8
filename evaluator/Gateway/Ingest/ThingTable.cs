using System;
using System.Collections.Generic;
using System.Text;
using Defender.Gateway.Mqtt;
using Defender.Gateway.Storage;

namespace Defender.Gateway.Ingest;

/// <summary>
/// The things that reported lately, read from the store when they are first met. Bounded: the one that was silent longest
/// makes room, which loses nothing, since its state is stored. One owner.
/// </summary>
internal sealed class ThingTable(IStore store, int capacity = ThingTable.DefaultCapacity)
{
    /// <summary>About 100 MB with the usual ten behaviors a thing.</summary>
    public const int DefaultCapacity = 100_000;

    private readonly Dictionary<byte[], LinkedListNode<ThingRecord>> _things = new(Utf8Comparer.Instance);
    private readonly LinkedList<ThingRecord> _byUse = [];

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

        string name = Encoding.UTF8.GetString(thingName);
        ThingRecord record = store.ReadThingState(name) is { } bytes ? ThingRecord.Read(name, bytes) : new ThingRecord(name);
        if (_things.Count >= capacity)
            Forget(_byUse.Last!.Value.Name);
        _things.Add(thingName.ToArray(), _byUse.AddFirst(record));
        return record;
    }

    /// <summary>Drops a record, so that the next use reads it from the store.</summary>
    public void Forget(string thingName)
    {
        if (_things.Remove(Encoding.UTF8.GetBytes(thingName), out LinkedListNode<ThingRecord>? node))
            _byUse.Remove(node);
    }
}
