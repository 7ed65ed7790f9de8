using System;
using System.Linq;
using Defender.Gateway.Api.Operations;
using Defender.Gateway.Api.Shapes;
using Xunit;

namespace Defender.Gateway.Tests.Api.Shapes;

public sealed class StringShapeTests
{
    [Theory]
    [InlineData("😀😀", true)]
    [InlineData("😀😀😀", false)]
    [InlineData("ab", true)]
    [InlineData("abc", false)]
    public void Length_counts_characters_and_not_their_halves(string text, bool fits)
    {
        Assert.Equal(fits, !new StringShape { Max = 2 }.Constraints(text).Any());
    }

    [Theory]
    [InlineData(@"[\p{Graph}\x20]*", "Heiße Öfen, 温度 😀!", true)]
    [InlineData(@"[\p{Graph}\x20]*", "a\tb", false)]
    [InlineData(@"[\p{Graph}\x20]*", "a\u00A0b", false)]
    [InlineData(@"[\p{Graph}\x20]*", "a\n", false)]
    [InlineData(@"[^\p{Cntrl}]*", "a\u00A0😀", true)]
    [InlineData(@"[^\p{Cntrl}]*", "a\u007F", false)]
    [InlineData(@"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$", "ключ 𝒜 =1", true)]
    [InlineData(@"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$", "😀", false)]
    [InlineData(@"^[a-zA-Z0-9-_]+$", "a-_9\n", false)]
    [InlineData(@"^[a-zA-Z0-9-_]+$", "a-_9", true)]
    [InlineData(@"[\s\S]*", "\n😀", true)]
    [InlineData("[a-zA-Z0-9:_-]+", "𝒜", false)]
    public void A_pattern_matches_the_whole_text_in_any_script(string pattern, string text, bool matches)
    {
        Assert.Equal(matches, new ShapePattern(pattern).IsMatch(text));
    }

    [Fact]
    public void A_megabyte_is_matched_in_linear_time()
    {
        string text = new string('a', 1_000_000) + "!";
        long start = TimeProvider.System.GetTimestamp();

        Assert.False(InputShapes.TagKey.Pattern!.IsMatch(text));
        Assert.False(InputShapes.ResourceName.Pattern!.IsMatch(text));

        Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void A_shown_value_is_not_cut_inside_a_character()
    {
        string text = new string('a', 99) + "😀😀";

        Assert.Equal(new string('a', 99) + "...", ShapeErrors.Shown(text));
    }
}
