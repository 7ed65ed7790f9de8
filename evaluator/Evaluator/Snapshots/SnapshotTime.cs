using System;

namespace Defender.Evaluator.Snapshots;

/// <summary>Instants in saved state: Unix milliseconds, most of them as the distance from one they are close to.</summary>
internal static class SnapshotTime
{
    /// <summary>A year on both sides is left to windows that end behind the last instant a clock can tell.</summary>
    private const long Margin = 366L * 24 * 60 * 60 * 1000;

    private static readonly long Earliest = DateTimeOffset.MinValue.ToUnixTimeMilliseconds() - Margin;
    private static readonly long Latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() + Margin;

    /// <summary>Reads an instant as its distance from <paramref name="origin"/>.</summary>
    public static long Read(ref SnapshotReader reader, long origin) => Check(ref reader, unchecked(origin + reader.Signed()));

    /// <summary>Reads an instant that goes into documents: one that a clock can tell, without the year on both sides.</summary>
    public static long ReadTold(ref SnapshotReader reader, long origin)
    {
        long time = Read(ref reader, origin);
        return time >= Earliest + Margin && time <= Latest - Margin ? time : (long)reader.Refuse();
    }

    /// <summary>The instant if a clock can tell it; refused otherwise.</summary>
    public static long Check(ref SnapshotReader reader, long time) =>
        time >= Earliest && time <= Latest ? time : (long)reader.Refuse();
}
