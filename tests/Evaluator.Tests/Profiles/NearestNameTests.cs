using System;
using System.Linq;
using Defender.Evaluator.Profiles.Reading;
using Xunit;

namespace Defender.Evaluator.Tests.Profiles;

/// <summary>The search for the name a wrong spelling was meant to be.</summary>
public sealed class NearestNameTests
{
    [Fact]
    public void It_agrees_with_the_full_matrix_on_random_words()
    {
        var random = new Random(20260901);
        int found = 0;
        for (int i = 0; i < 20_000; i++)
        {
            string text = Word(random);
            string name = Word(random);
            int limit = Math.Min(2, Math.Max(1, text.Length / 3));
            bool isNear = FullMatrix(text, name) <= limit;
            Assert.Equal(isNear ? name : null, NearestName.Find(text, [name]));
            found += isNear ? 1 : 0;
        }

        Assert.InRange(found, 1000, 19_000);
    }

    [Fact]
    public void The_nearest_wins_and_a_tie_is_no_guess()
    {
        Assert.Equal("abcdef", NearestName.Find("abcdee", ["abcdxy", "abcdef", "abcxef"]));
        Assert.Null(NearestName.Find("abcdex", ["abcdef", "abcdeg"]));
        Assert.Equal("p90", NearestName.Find("90", ["p0", "p90"]));
        Assert.Equal("less-than", NearestName.Find("Less Than", ["less-thin", "less-than"]));
    }

    [Fact]
    public void Long_and_empty_texts_have_no_near_name()
    {
        Assert.Null(NearestName.Find("", ["a"]));
        Assert.Null(NearestName.Find(new string('a', 129), [new string('a', 128)]));
        Assert.Equal(new string('a', 128), NearestName.Find(new string('a', 127), [new string('a', 128)]));
    }

    private static string Word(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => (char)('a' + random.Next(2))));

    private static int FullMatrix(string left, string right)
    {
        int[,] distance = new int[left.Length + 1, right.Length + 1];
        for (int i = 0; i <= left.Length; i++)
        {
            for (int j = 0; j <= right.Length; j++)
            {
                distance[i, j] = i == 0 || j == 0
                    ? i + j
                    : Math.Min(
                        distance[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1),
                        Math.Min(distance[i - 1, j], distance[i, j - 1]) + 1);
            }
        }

        return distance[left.Length, right.Length];
    }
}
