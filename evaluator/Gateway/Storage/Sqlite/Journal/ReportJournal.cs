using System;
using System.Collections.Generic;

namespace Defender.Gateway.Storage.Sqlite.Journal;

/// <summary>
/// The states and blocks that reports changed lately. Each batch of reports becomes one row that is appended, because a row of
/// its own for each of them costs whole pages; later, when they have changed some times over, they are folded into their
/// tables, a portion with each commit. Until then this index has them, and after a crash the rows fill it again.
/// <see cref="Read"/> is for any thread; everything else for the one that writes, inside its transaction.
/// </summary>
/// <param name="size">When it is folded.</param>
internal sealed class ReportJournal(JournalSize size)
{
    private const int EnoughOverwritten = 16;

    // A portion is twice what its commit appends, so that a generation is folded before the next one is full.
    private const int FoldedAhead = 2;

    private readonly object _gate = new();
    private readonly List<string> _order = [];
    private readonly MetricBlockRows _blocks = new();
    private JournalGeneration _current = new();
    private JournalGeneration _folding = new();
    private int _folded;
    private int _portionEnd;
    private long _lastRow;

    /// <summary>The row that was appended last; 0 before the first.</summary>
    public long LastRow => _lastRow;

    /// <summary>Whether anything is left to fold of the rows up to one.</summary>
    public bool HasAnyUpTo(long row) => (_folding.FirstRow > 0 && _folding.FirstRow <= row) || (_current.FirstRow > 0 && _current.FirstRow <= row);

    /// <summary>Fills the index from the rows that are stored.</summary>
    /// <exception cref="StoreException">One of them is damaged.</exception>
    public void Load(SqliteSession session)
    {
        foreach ((long id, byte[] content) in session.Query(
            "SELECT id, content FROM journal ORDER BY id", row => (row.GetInt64(0), row.GetFieldValue<byte[]>(1))))
        {
            _current.Replay(content, id);
            _lastRow = id;
        }
    }

    /// <summary>Looks into the index. It does not change meanwhile, and neither does what is committed.</summary>
    public T Read<TWanted, T>(TWanted wanted, Func<JournalView, TWanted, T> read)
    {
        lock (_gate)
            return read(new JournalView(_current, _folding), wanted);
    }

    /// <summary>Folds a portion that goes with a batch, then appends what the batch changes of states and blocks.</summary>
    public void Write(SqliteSession session, SqliteWriter writer, StoreBatch batch)
    {
        int changes = batch.ThingStates.Count + batch.MetricBlocks.Count;
        Fold(session, writer, IsFull(_current) ? int.MaxValue : Math.Max(size.Portion, FoldedAhead * changes));
        if (!JournalRecord.IsIn(batch))
            return;
        // Blocks that are merged may be in the table already.
        foreach (MetricBlockRange range in batch.MergedMetricBlocks)
            writer.Delete(range);
        SqliteStatement append = session.Prepare("INSERT INTO journal (id, content) VALUES (?1, ?2)");
        append.Bind(1, _lastRow + 1);
        lock (_gate)
            append.Bind(2, _current.Write(batch));
        append.Run();
    }

    /// <summary>Folds a portion, also of what was appended last.</summary>
    public void WritePortion(SqliteSession session, SqliteWriter writer, int things)
    {
        if (_folding.Length == 0)
            BeginFolding();
        Fold(session, writer, things);
    }

    /// <summary>Commits the transaction, and puts into force what it stored.</summary>
    /// <param name="commit">Commits it.</param>
    /// <param name="batch">What <see cref="Write"/> wrote in it; null where it wrote nothing.</param>
    public void Commit(Action commit, StoreBatch? batch)
    {
        lock (_gate)
        {
            commit();
            if (batch is not null && JournalRecord.IsIn(batch))
            {
                foreach (MetricBlockRange range in batch.MergedMetricBlocks)
                    _folding.DeleteBlocks(range.ThingName, StoredTime.Millis(range.From), StoredTime.Millis(range.To));
                _current.Apply(batch, ++_lastRow);
            }

            _folded = _portionEnd;
            if (_folded == _order.Count)
                _folding.Clear();
        }

        if (_folding.Length == 0 && IsFull(_current))
            BeginFolding();
    }

    /// <summary>The transaction is void.</summary>
    public void RolledBack()
    {
        _current.Revoke();
        _portionEnd = _folded;
    }

    private bool IsFull(JournalGeneration generation) =>
        generation.Length >= size.MaxBytes || (generation.Length >= size.MinBytes && generation.Length / EnoughOverwritten >= generation.LiveBytes);

    private void BeginFolding()
    {
        lock (_gate)
            (_current, _folding) = (_folding, _current);
        _order.Clear();
        _order.AddRange(_folding.Things);
        // As the table of states is ordered: neighbours share pages.
        _order.Sort(StringComparer.Ordinal);
        _folded = _portionEnd = 0;
    }

    private void Fold(SqliteSession session, SqliteWriter writer, int things)
    {
        if (_folding.Length == 0)
            return;
        _portionEnd = (int)Math.Min(_order.Count, _folded + (long)things);
        for (int i = _folded; i < _portionEnd; i++)
        {
            if (_folding.TryGetState(_order[i], out ThingStateRow state))
                writer.Write(state);
            _blocks.Clear();
            _folding.AddBlocks(_order[i], long.MinValue, long.MaxValue, _blocks);
            for (int at = 0; at < _blocks.Count; at++)
                writer.Write(_blocks[at]);
        }

        if (_portionEnd == _order.Count)
            session.Execute("DELETE FROM journal WHERE id <= $1", _folding.LastRow);
    }
}
