using System;
using System.Linq;
using Defender.Agent.Linux.Collectors;
using Xunit;

namespace Defender.Agent.Linux.Tests.Collectors;

public sealed class HeapSortTests
{
    [Fact]
    public void Whatever_order_they_come_in_they_are_sorted()
    {
        Random random = new(7);
        for (int count = 0; count < 200; count++)
        {
            int[] numbers = [.. Enumerable.Range(0, count).Select(_ => random.Next(50))];
            int[] sorted = [.. numbers.Order()];

            HeapSort.Sort(numbers.AsSpan(), static (a, b) => a.CompareTo(b));

            Assert.Equal(sorted, numbers);
        }
    }

    [Fact]
    public void Texts_are_sorted_by_the_comparison_that_is_given()
    {
        string[] texts = ["b", "A", "a", "B", ""];

        HeapSort.Sort(texts.AsSpan(), string.CompareOrdinal);

        Assert.Equal(["", "A", "B", "a", "b"], texts);
    }
}
