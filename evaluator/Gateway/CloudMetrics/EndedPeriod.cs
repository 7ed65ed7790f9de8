using System;

namespace Defender.Gateway.CloudMetrics;

/// <summary>A period whose counts are taken.</summary>
/// <param name="Number">Its number, counted by the ledger: a clock that is set changes ends, not the order.</param>
/// <param name="End">Its end, the time of its values.</param>
internal readonly record struct EndedPeriod(long Number, DateTimeOffset End)
{
    /// <summary>Whether an hour ends with it: then the time is told that clients are away (CONTRACT g).</summary>
    public bool IsFullHour => End.UtcTicks % TimeSpan.TicksPerHour == 0;

    /// <summary>Where the period begins that an instant lies in: a whole multiple of its length.</summary>
    public static DateTimeOffset StartOf(DateTimeOffset time, TimeSpan length) =>
        new(time.UtcTicks - (time.UtcTicks % length.Ticks), TimeSpan.Zero);
}
