using System;

namespace Defender.Evaluator.Metrics;

/// <summary>An array with a count that keeps its memory when cleared and hands out spans.</summary>
internal sealed class GrowingList<T>(int capacity)
    where T : struct
{
    private T[] _items = new T[capacity];

    public int Count { get; private set; }

    public ReadOnlySpan<T> Span => _items.AsSpan(0, Count);

    public ref T Last => ref _items[Count - 1];

    public void Clear() => Count = 0;

    public void Add(T item)
    {
        Reserve(1);
        _items[Count++] = item;
    }

    /// <summary>Appends the items and returns the index of the first.</summary>
    public int AddRange(ReadOnlySpan<T> items)
    {
        Reserve(items.Length);
        int start = Count;
        items.CopyTo(_items.AsSpan(start));
        Count += items.Length;
        return start;
    }

    private void Reserve(int more)
    {
        if (Count + more > _items.Length)
            Array.Resize(ref _items, Math.Max(_items.Length * 2, Count + more));
    }
}
