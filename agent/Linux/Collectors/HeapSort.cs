using System;

namespace Defender.Agent.Linux.Collectors;

/// <summary>
/// Sorts what is few or sorted seldom. The framework's sort brings four other ways of sorting with it for each type, and the comparison
/// of texts by culture: 2 KB and more of a native build for each.
/// </summary>
internal static class HeapSort
{
    /// <summary>Sorts in place; what compares as equal may change places.</summary>
    public static void Sort<T>(Span<T> items, Comparison<T> compare)
    {
        for (int root = (items.Length / 2) - 1; root >= 0; root--)
            Sink(items, root, compare);
        for (int end = items.Length - 1; end > 0; end--)
        {
            (items[0], items[end]) = (items[end], items[0]);
            Sink(items[..end], 0, compare);
        }
    }

    // Down to where no child is larger.
    private static void Sink<T>(Span<T> heap, int root, Comparison<T> compare)
    {
        for (int child = (2 * root) + 1; child < heap.Length; child = (2 * root) + 1)
        {
            if (child + 1 < heap.Length && compare(heap[child], heap[child + 1]) < 0)
                child++;
            if (compare(heap[root], heap[child]) >= 0)
                return;
            (heap[root], heap[child]) = (heap[child], heap[root]);
            root = child;
        }
    }
}
