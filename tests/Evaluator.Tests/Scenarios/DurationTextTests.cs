using System;
using Defender.Evaluator.Scenarios;
using Xunit;

namespace Defender.Evaluator.Tests.Scenarios;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("0s", 0)]
    [InlineData("90s", 90)]
    [InlineData("5m", 300)]
    [InlineData("2h30m", 9000)]
    [InlineData("1d2h3m4s", 93784)]
    [InlineData("31d", 2678400)]
    public void Units_add_up(string text, int seconds)
    {
        Assert.True(DurationText.TryParse(text, out TimeSpan duration));
        Assert.Equal(seconds, duration.TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("m")]
    [InlineData("5m5m")]
    [InlineData("5m2h")]
    [InlineData("-5m")]
    [InlineData("+5m")]
    [InlineData("1.5h")]
    [InlineData("5 m")]
    [InlineData("5M")]
    [InlineData("1w")]
    [InlineData("31d1s")]
    [InlineData("99999999999s")]
    [InlineData("2147483647d")]
    public void Anything_else_is_refused(string text) => Assert.False(DurationText.TryParse(text, out _));

    [Fact]
    public void What_is_written_is_read_back()
    {
        for (int seconds = 0; seconds <= 31 * 86400; seconds += 997)
        {
            string text = DurationText.Of(TimeSpan.FromSeconds(seconds));
            Assert.True(DurationText.TryParse(text, out TimeSpan duration), text);
            Assert.Equal(seconds, duration.TotalSeconds);
        }
    }
}
