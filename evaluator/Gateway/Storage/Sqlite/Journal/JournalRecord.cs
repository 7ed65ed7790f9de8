using System;
using System.Buffers.Binary;
using System.Text;

namespace Defender.Gateway.Storage.Sqlite.Journal;

/// <summary>
/// What a batch changes of states and blocks, as one row of the journal keeps it: entries in the order in which they take
/// effect. An entry is a kind, the thing's name, and two numbers and bytes whose meaning the kind says.
/// </summary>
internal static class JournalRecord
{
    // Numbers are little-endian; a name and bytes follow their lengths.
    private const int Head = 1 + 2 + 8 + 8 + 4;

    /// <summary>Whether a batch has anything for the journal.</summary>
    public static bool IsIn(StoreBatch batch) =>
        batch.ThingStates.Count > 0 || batch.MergedMetricBlocks.Count > 0 || batch.MetricBlocks.Count > 0;

    /// <summary>Writes the entry of a state.</summary>
    /// <returns>Where its bytes are.</returns>
    public static JournalBytes Write(JournalBuffer output, in ThingStateRow row) => Write(
        output, row.InAlarm ? JournalEntryKind.StateInAlarm : JournalEntryKind.State, row.ThingName, StoredTime.Millis(row.WrittenAt), 0, row.State.Span);

    /// <summary>Writes the entry of blocks that were deleted.</summary>
    /// <returns>Where its bytes are: it has none.</returns>
    public static JournalBytes Write(JournalBuffer output, in MetricBlockRange row) => Write(
        output, JournalEntryKind.MergedBlocks, row.ThingName, StoredTime.Millis(row.From), StoredTime.Millis(row.To), []);

    /// <summary>Writes the entry of a block.</summary>
    /// <returns>Where its bytes are.</returns>
    public static JournalBytes Write(JournalBuffer output, in MetricBlockRow row) => Write(
        output, JournalEntryKind.Block, row.ThingName, StoredTime.Millis(row.Start), 0, row.Data.Span);

    /// <summary>Reads the next entry of a record.</summary>
    /// <param name="records">Where the record is.</param>
    /// <param name="position">Where the entry begins; moved behind it.</param>
    /// <exception cref="StoreException">The record is damaged.</exception>
    public static JournalEntry Read(ReadOnlySpan<byte> records, ref int position)
    {
        ReadOnlySpan<byte> rest = records[position..];
        if (rest.Length < Head)
            throw Damaged();
        var kind = (JournalEntryKind)rest[0];
        int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(rest[1..]);
        int length = BinaryPrimitives.ReadInt32LittleEndian(rest[19..]);
        if (kind is < JournalEntryKind.State or > JournalEntryKind.Block || length < 0 || rest.Length - Head - nameLength < length)
            throw Damaged();
        var bytes = new JournalBytes(position + Head + nameLength, length);
        position = bytes.Offset + length;
        return new JournalEntry(
            kind, Encoding.UTF8.GetString(rest.Slice(Head, nameLength)), BinaryPrimitives.ReadInt64LittleEndian(rest[3..]),
            BinaryPrimitives.ReadInt64LittleEndian(rest[11..]), bytes);
    }

    private static JournalBytes Write(
        JournalBuffer output, JournalEntryKind kind, string thingName, long first, long second, ReadOnlySpan<byte> bytes)
    {
        Span<byte> entry = output.Reserve(Head + Encoding.UTF8.GetMaxByteCount(thingName.Length) + bytes.Length);
        int nameLength = Encoding.UTF8.GetBytes(thingName, entry[Head..]);
        entry[0] = (byte)kind;
        BinaryPrimitives.WriteUInt16LittleEndian(entry[1..], checked((ushort)nameLength));
        BinaryPrimitives.WriteInt64LittleEndian(entry[3..], first);
        BinaryPrimitives.WriteInt64LittleEndian(entry[11..], second);
        BinaryPrimitives.WriteInt32LittleEndian(entry[19..], bytes.Length);
        bytes.CopyTo(entry[(Head + nameLength)..]);
        var place = new JournalBytes(output.Length + Head + nameLength, bytes.Length);
        output.Advance(Head + nameLength + bytes.Length);
        return place;
    }

    private static StoreException Damaged() => new("cannot read the database: a row of its journal is damaged");
}

/// <summary>What an entry does. Stored: numbers stay.</summary>
internal enum JournalEntryKind : byte
{
    /// <summary>Puts a state without an open alarm; first number: when it was made.</summary>
    State = 1,

    /// <summary>Puts a state with an open alarm.</summary>
    StateInAlarm = 2,

    /// <summary>Deletes blocks; the numbers: the first and the last start.</summary>
    MergedBlocks = 3,

    /// <summary>Puts a block; first number: its start.</summary>
    Block = 4,
}

/// <summary>One change.</summary>
internal readonly record struct JournalEntry(JournalEntryKind Kind, string ThingName, long First, long Second, JournalBytes Bytes);

/// <summary>Where bytes are in a generation of the journal.</summary>
internal readonly record struct JournalBytes(int Offset, int Length);
