using System;

namespace Defender.Gateway.Storage.MetricValues;

/// <summary>
/// The stored values of one thing: one or more samples of one UTC day in time order, each a time and the values of some
/// series. Written by <see cref="MetricBlockWriter"/>, read by <see cref="MetricBlockReader"/>.
/// </summary>
/// <remarks>
/// <code>
/// version          1 byte
/// samples          number, 1 to MaxSamples
/// first time       signed, Unix milliseconds
/// steps            packed numbers: from each time to the next; none for one sample
/// columns          number, then by ascending series:
///   series         number: distance from the one before, less one
///   form           1 byte: the kind of its values, whether they have a bitmap, whether doubles are raw
///   length         number: bytes that follow
///   bitmap         a bit a sample, only where the series is not in every sample
///   values         counts and whole doubles: packed numbers; other doubles: 8 bytes each; sets: see SetValues
/// </code>
/// Numbers are LEB128, signed ones zigzag, packed ones see <see cref="PackedNumbers"/>. Thirty-two reports of a device's
/// counters, five minutes apart, take 1.3 to 1.7 bytes a value, times and 16 bytes for the row included.
/// </remarks>
internal static class MetricBlock
{
    public const byte Version = 1;

    /// <summary>Most samples of a block: bounds what a reader holds, however few bytes announce them.</summary>
    public const int MaxSamples = 1024;

    /// <summary>Milliseconds.</summary>
    public const long Day = 24L * 60 * 60 * 1000;

    /// <summary>Reads which times a block is of. Never throws.</summary>
    /// <param name="block">Not trusted.</param>
    /// <param name="first">Of its oldest sample, Unix milliseconds.</param>
    /// <param name="last">Of its newest sample.</param>
    /// <param name="samples">How many it has.</param>
    public static bool TryReadTimes(ReadOnlySpan<byte> block, out long first, out long last, out int samples)
    {
        Span<long> times = stackalloc long[MaxSamples];
        var walk = new BlockWalk(block, times);
        samples = walk.Samples;
        (first, last) = walk.Failed ? (0, 0) : (times[0], times[samples - 1]);
        return !walk.Failed;
    }

    /// <summary>The UTC day of an instant, counted from 1970.</summary>
    public static long DayOf(long time) => time >= 0 ? time / Day : (time - Day + 1) / Day;
}
