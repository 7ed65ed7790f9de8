using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Defender.Gateway.Storage.Sqlite.Journal;

/// <summary>
/// Records of the journal that follow one another, in memory, and what is in force of them: for each thing its last state, and
/// its blocks. Keeps its memory when it is used again. One thread at a time.
/// </summary>
internal sealed class JournalGeneration
{
    private const int None = -1;

    private readonly JournalBuffer _bytes = new();
    private readonly Dictionary<string, Pending> _things = new(StringComparer.Ordinal);
    private readonly List<Block> _blocks = [];

    // Where the entries of the record that is not in force yet have their bytes.
    private readonly List<JournalBytes> _written = [];
    private int _recordStart;

    /// <summary>The first row of the journal that is in it; 0 where none is.</summary>
    public long FirstRow { get; private set; }

    /// <summary>The last row of the journal that is in it; 0 where none is.</summary>
    public long LastRow { get; private set; }

    /// <summary>Bytes of all its records.</summary>
    public int Length => _bytes.Length;

    /// <summary>Bytes of what is in force, which is what folding it writes.</summary>
    public int LiveBytes { get; private set; }

    /// <summary>Things that it has anything of.</summary>
    public IReadOnlyCollection<string> Things => _things.Keys;

    /// <summary>Writes the record of a batch, which is in force from <see cref="Apply"/> on.</summary>
    /// <returns>The record, until the next one is written.</returns>
    public ReadOnlySpan<byte> Write(StoreBatch batch)
    {
        Revoke();
        foreach (ThingStateRow row in batch.ThingStates)
            _written.Add(JournalRecord.Write(_bytes, row));
        foreach (MetricBlockRange row in batch.MergedMetricBlocks)
            _written.Add(JournalRecord.Write(_bytes, row));
        foreach (MetricBlockRow row in batch.MetricBlocks)
            _written.Add(JournalRecord.Write(_bytes, row));
        return _bytes.Span[_recordStart..];
    }

    /// <summary>The record that was written last is stored: what its batch changes is in force.</summary>
    public void Apply(StoreBatch batch, long row)
    {
        int at = 0;
        foreach (ThingStateRow state in batch.ThingStates)
            PutState(state.ThingName, state.InAlarm, StoredTime.Millis(state.WrittenAt), _written[at++]);
        foreach (MetricBlockRange merged in batch.MergedMetricBlocks)
        {
            DeleteBlocks(merged.ThingName, StoredTime.Millis(merged.From), StoredTime.Millis(merged.To));
            at++;
        }

        foreach (MetricBlockRow block in batch.MetricBlocks)
            PutBlock(block.ThingName, StoredTime.Millis(block.Start), _written[at++]);
        Keep(row);
    }

    /// <summary>The record that was written last is not stored.</summary>
    public void Revoke()
    {
        _bytes.Truncate(_recordStart);
        _written.Clear();
    }

    /// <summary>Puts a record into force that was stored before.</summary>
    /// <exception cref="StoreException">It is damaged.</exception>
    public void Replay(ReadOnlySpan<byte> record, long row)
    {
        record.CopyTo(_bytes.Reserve(record.Length));
        int position = Length;
        _bytes.Advance(record.Length);
        while (position < Length)
        {
            JournalEntry entry = JournalRecord.Read(_bytes.Span, ref position);
            switch (entry.Kind)
            {
                case JournalEntryKind.MergedBlocks:
                    DeleteBlocks(entry.ThingName, entry.First, entry.Second);
                    break;
                case JournalEntryKind.Block:
                    PutBlock(entry.ThingName, entry.First, entry.Bytes);
                    break;
                default:
                    PutState(entry.ThingName, entry.Kind == JournalEntryKind.StateInAlarm, entry.First, entry.Bytes);
                    break;
            }
        }

        Keep(row);
    }

    /// <summary>The last state of a thing; false where it has none here.</summary>
    public bool TryGetState(string thingName, out ThingStateRow state)
    {
        state = default;
        if (!_things.TryGetValue(thingName, out Pending pending) || pending.WrittenAt is not { } writtenAt)
            return false;
        state = new ThingStateRow(thingName, _bytes.Slice(pending.State), pending.InAlarm, DateTimeOffset.FromUnixTimeMilliseconds(writtenAt));
        return true;
    }

    /// <summary>Adds a copy of the blocks of a thing that start in a range, both ends included, in no particular order.</summary>
    public void AddBlocks(string thingName, long from, long to, MetricBlockRows into)
    {
        if (!_things.TryGetValue(thingName, out Pending pending))
            return;
        for (int at = pending.FirstBlock; at != None; at = _blocks[at].Next)
        {
            if (_blocks[at].Start >= from && _blocks[at].Start <= to)
                into.Add(thingName, _blocks[at].Start, _bytes.Slice(_blocks[at].Data).Span);
        }
    }

    /// <summary>Deletes blocks of a thing.</summary>
    public void DeleteBlocks(string thingName, long from, long to)
    {
        ref Pending pending = ref CollectionsMarshal.GetValueRefOrNullRef(_things, thingName);
        if (Unsafe.IsNullRef(ref pending))
            return;
        Span<Block> blocks = CollectionsMarshal.AsSpan(_blocks);
        ref int link = ref pending.FirstBlock;
        while (link != None)
        {
            ref Block block = ref blocks[link];
            if (block.Start >= from && block.Start <= to)
            {
                LiveBytes -= block.Data.Length;
                link = block.Next;
            }
            else
                link = ref block.Next;
        }
    }

    /// <summary>Forgets everything and keeps the memory.</summary>
    public void Clear()
    {
        _bytes.Truncate(0);
        _things.Clear();
        _blocks.Clear();
        _written.Clear();
        _recordStart = 0;
        LiveBytes = 0;
        FirstRow = LastRow = 0;
    }

    private void PutState(string thingName, bool inAlarm, long writtenAt, JournalBytes state)
    {
        ref Pending pending = ref Get(thingName);
        LiveBytes += state.Length - pending.State.Length;
        pending.InAlarm = inAlarm;
        pending.WrittenAt = writtenAt;
        pending.State = state;
    }

    private void PutBlock(string thingName, long start, JournalBytes data)
    {
        ref Pending pending = ref Get(thingName);
        LiveBytes += data.Length;
        Span<Block> blocks = CollectionsMarshal.AsSpan(_blocks);
        for (int at = pending.FirstBlock; at != None; at = blocks[at].Next)
        {
            if (blocks[at].Start != start)
                continue;
            LiveBytes -= blocks[at].Data.Length;
            blocks[at].Data = data;
            return;
        }

        _blocks.Add(new Block { Start = start, Data = data, Next = pending.FirstBlock });
        pending.FirstBlock = _blocks.Count - 1;
    }

    private ref Pending Get(string thingName)
    {
        ref Pending pending = ref CollectionsMarshal.GetValueRefOrAddDefault(_things, thingName, out bool exists);
        if (!exists)
            pending.FirstBlock = None;
        return ref pending;
    }

    private void Keep(long row)
    {
        _recordStart = Length;
        _written.Clear();
        FirstRow = FirstRow == 0 ? row : FirstRow;
        LastRow = row;
    }

    private struct Pending
    {
        public JournalBytes State;

        /// <summary>Null where the thing has blocks only.</summary>
        public long? WrittenAt;

        public bool InAlarm;
        public int FirstBlock;
    }

    private struct Block
    {
        public long Start;
        public JournalBytes Data;
        public int Next;
    }
}
