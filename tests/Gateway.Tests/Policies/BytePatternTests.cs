using System;
using System.Linq;
using System.Text;
using Defender.Gateway.Policies;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Defender.Gateway.Tests.Policies;

/// <summary>Matching with wildcards, against a matcher that tries everything, and in bounded time.</summary>
public sealed class BytePatternTests
{
    private static readonly Gen<string> Texts = Few("a", "b", "/", "é", "😀", "+");
    private static readonly Gen<string> Patterns = Few("a", "b", "/", "é", "😀", "+", "*", "?", "*", "?");

    [Fact]
    public void It_agrees_with_a_naive_matcher()
    {
        int matches = 0, misses = 0;
        Prop.ForAll(Patterns.ToArbitrary(), Texts.ToArbitrary(), (pattern, text) =>
        {
            bool expected = NaivelyMatches([.. pattern.EnumerateRunes()], [.. text.EnumerateRunes()]);
            matches += expected ? 1 : 0;
            misses += expected ? 0 : 1;
            return Compile(pattern).Matches(Encoding.UTF8.GetBytes(text)) == expected;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));

        Assert.True(matches > 1000 && misses > 1000, $"{matches} matches and {misses} misses tell too little");
    }

    [Theory]
    [InlineData("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b")]
    [InlineData("*aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab")]
    [InlineData("*?a*?a*?a*?a*?a*?a*?a*?a*?a*?a*?a*?a*?a*?a*?a*?a*?a*?a*?b")]
    public void A_hostile_pattern_takes_the_product_of_both_lengths_and_no_more(string pattern)
    {
        BytePattern hostile = Compile(string.Concat(Enumerable.Repeat(pattern[..^1], 30)) + "b");
        byte[] topic = Encoding.UTF8.GetBytes(new string('a', ushort.MaxValue));

        long start = TimeProvider.System.GetTimestamp();
        Assert.False(hostile.Matches(topic));

        // 2,000 times 65,535 comparisons; one that tries all ways would outlast the test.
        Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(20));
    }

    private static BytePattern Compile(string pattern) => new(
    [
        .. pattern.EnumerateRunes().SelectMany(rune => rune.Value switch
        {
            '*' => [BytePattern.AnyText],
            '?' => [BytePattern.AnyCharacter],
            _ => Encoding.UTF8.GetBytes(rune.ToString()),
        }),
    ]);

    private static bool NaivelyMatches(ReadOnlySpan<Rune> pattern, ReadOnlySpan<Rune> text)
    {
        if (pattern.IsEmpty)
            return text.IsEmpty;
        if (pattern[0].Value == '*')
            return NaivelyMatches(pattern[1..], text) || (!text.IsEmpty && NaivelyMatches(pattern, text[1..]));
        return !text.IsEmpty && (pattern[0].Value == '?' || pattern[0] == text[0]) && NaivelyMatches(pattern[1..], text[1..]);
    }

    private static Gen<string> Few(params string[] characters) =>
        from count in Gen.Choose(0, 8)
        from chosen in Gen.Elements(characters).ArrayOf(count)
        select string.Concat(chosen);
}
