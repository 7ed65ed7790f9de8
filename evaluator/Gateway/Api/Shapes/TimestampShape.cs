using System;
using System.Globalization;
using System.Text.Json;

namespace Defender.Gateway.Api.Shapes;

/// <summary>
/// An instant, read as <see cref="DateTimeOffset"/> in UTC. Clients send ISO 8601 in query strings, with 0, 3 or 6 digits of
/// fraction, and epoch seconds in bodies, with or without a fraction; both forms are taken in both places.
/// </summary>
internal sealed class TimestampShape : Shape
{
    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    public override object? Read(JsonElement value, string path, ShapeErrors errors)
    {
        if (value.ValueKind == JsonValueKind.String)
            return Read(value.GetString()!, path, errors);
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out decimal seconds) && FromEpoch(seconds) is { } time)
            return time;
        errors.Add(value, path, $"Member must be a timestamp");
        return null;
    }

    public override object? Read(string text, string path, ShapeErrors errors)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, Utc, out DateTimeOffset time))
            return time;
        const NumberStyles Decimal = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (decimal.TryParse(text, Decimal, CultureInfo.InvariantCulture, out decimal seconds) && FromEpoch(seconds) is { } fromEpoch)
            return fromEpoch;
        errors.Add(text, path, $"Member must be a timestamp");
        return null;
    }

    private static DateTimeOffset? FromEpoch(decimal seconds) =>
        seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds() && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond))
            : null;
}
