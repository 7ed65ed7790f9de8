using System;

namespace Defender.Gateway.Storage;

/// <summary>How instants are kept: whole milliseconds since 1970-01-01 UTC, and UTC days since then.</summary>
internal static class StoredTime
{
    public const long MillisADay = 86_400_000;

    public static long Millis(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    public static long Day(DateTimeOffset time)
    {
        (long day, long millis) = Math.DivRem(time.ToUnixTimeMilliseconds(), MillisADay);
        return millis < 0 ? day - 1 : day;
    }
}
