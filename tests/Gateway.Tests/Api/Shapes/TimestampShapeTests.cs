using System;
using System.Globalization;
using System.Text.Json;
using Defender.Gateway.Api.Shapes;
using Xunit;

namespace Defender.Gateway.Tests.Api.Shapes;

public sealed class TimestampShapeTests
{
    [Theory]
    [InlineData("2026-01-01T12:00:00Z", "2026-01-01T12:00:00.0000000")]
    [InlineData("2026-01-01T12:00:00.123Z", "2026-01-01T12:00:00.1230000")]
    [InlineData("2026-01-01T12:00:00.123456Z", "2026-01-01T12:00:00.1234560")]
    [InlineData("2026-01-01T12:00:00+02:00", "2026-01-01T10:00:00.0000000")]
    [InlineData("2026-01-01T12:00:00", "2026-01-01T12:00:00.0000000")]
    [InlineData("1767268800", "2026-01-01T12:00:00.0000000")]
    [InlineData("1767268800.123", "2026-01-01T12:00:00.1230000")]
    [InlineData("-1", "1969-12-31T23:59:59.0000000")]
    public void An_instant_is_read(string text, string expected)
    {
        var errors = new ShapeErrors();

        var time = Assert.IsType<DateTimeOffset>(new TimestampShape().Read(text, "t", errors));

        Assert.Equal(TimeSpan.Zero, time.Offset);
        Assert.Equal(expected, time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff", CultureInfo.InvariantCulture));
        Assert.Equal(time, new TimestampShape().Read(JsonSerializer.SerializeToElement(text), "t", errors));
        Assert.Equal(0, errors.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-01-01")]
    [InlineData("2026-13-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("1767268800000000")]
    [InlineData("NaN")]
    [InlineData("1e10")]
    public void Other_text_is_none(string text)
    {
        var errors = new ShapeErrors();

        Assert.Null(new TimestampShape().Read(text, "t", errors));
        Assert.EndsWith("failed to satisfy constraint: Member must be a timestamp", errors.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1767268800.5", 1767268800_500L)]
    [InlineData("1.7672688e9", 1767268800_000L)]
    [InlineData("253402300800", null)]
    [InlineData("1e400", null)]
    [InlineData("true", null)]
    public void A_number_is_of_seconds(string json, long? milliseconds)
    {
        var time = (DateTimeOffset?)new TimestampShape().Read(JsonElement.Parse(json), "t", new ShapeErrors());

        Assert.Equal(milliseconds, time?.ToUnixTimeMilliseconds());
    }
}
