using System;
using System.Buffers;
using System.Collections.Generic;

namespace Defender.Gateway.Storage;

/// <summary>Blocks of one thing as the store gives them, the newest first. Keeps its memory from one reading to the next.</summary>
internal sealed class MetricBlockRows
{
    private static readonly Comparison<Found> NewestFirst = (left, right) =>
        left.Row.Start == right.Row.Start ? left.Place.CompareTo(right.Place) : right.Row.Start.CompareTo(left.Row.Start);

    private readonly List<Found> _rows = [];
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public int Count => _rows.Count;

    public MetricBlockRow this[int index] => _rows[index].Row;

    public void Clear()
    {
        _rows.Clear();
        _bytes.ResetWrittenCount();
    }

    /// <summary>Adds a copy of a block.</summary>
    /// <param name="thingName">The thing.</param>
    /// <param name="start">Its start, Unix milliseconds.</param>
    /// <param name="data">Its content.</param>
    public void Add(string thingName, long start, ReadOnlySpan<byte> data)
    {
        int at = _bytes.WrittenCount;
        _bytes.Write(data);
        _rows.Add(new Found(new MetricBlockRow(thingName, DateTimeOffset.FromUnixTimeMilliseconds(start), _bytes.WrittenMemory[at..]), _rows.Count));
    }

    /// <summary>Brings them into order. Of those with one start the one that was added first stays, and of all the newest.</summary>
    /// <param name="limit">At most so many stay.</param>
    public void Order(int limit)
    {
        _rows.Sort(NewestFirst);
        int kept = 0;
        for (int i = 0; i < _rows.Count && kept < limit; i++)
        {
            if (kept == 0 || _rows[i].Row.Start != _rows[kept - 1].Row.Start)
                _rows[kept++] = _rows[i];
        }

        _rows.RemoveRange(kept, _rows.Count - kept);
    }

    private readonly record struct Found(MetricBlockRow Row, int Place);
}
