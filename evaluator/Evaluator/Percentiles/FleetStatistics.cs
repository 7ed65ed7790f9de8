using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using Defender.Evaluator.Behaviors;
using Defender.Evaluator.Profiles;
using Defender.Evaluator.Snapshots;
using Defender.Evaluator.Windows;

namespace Defender.Evaluator.Percentiles;

/// <summary>
/// What statistical behaviors compare with: for each of them the values of all things under its profile, by window.
/// A judge feeds it with what it judges. Not thread-safe: one for each owner of things.
/// </summary>
/// <remarks>
/// A summed metric gives one value for each thing and window, the first sum over the duration that is judged in it, so
/// that things which report often do not count more; a thing whose reports do not reach back over the whole duration gives
/// none and is not judged; a gauge gives each of its datapoints. Where several owners share a
/// fleet, each writes its statistics after a window has ended; they are merged, in any order but each only once,
/// completed, and given to every judge as its <see cref="Judging.Judge.Thresholds"/>.
/// </remarks>
public sealed class FleetStatistics
{
    private const byte Version = 1;

    /// <summary>Key, length, index, flag, and a sample of three bytes.</summary>
    private const int LeastWindowBytes = 14;

    private readonly SortedDictionary<ulong, FleetWindow> _windows = [];

    /// <summary>Behaviors that have values.</summary>
    public int Count => _windows.Count;

    /// <summary>
    /// The value that a behavior's datapoints at an instant are compared with; false while the fleet is too small to tell.
    /// </summary>
    public bool TryGetThreshold(string securityProfileName, Behavior behavior, DateTimeOffset at, out double threshold)
    {
        threshold = 0;
        return behavior.Criteria is StatisticalCriteria criteria
            && TryGetThreshold(
                BehaviorKey.Of(securityProfileName, behavior), criteria, at.ToUnixTimeMilliseconds(), out threshold);
    }

    /// <summary>Adds the values that another owner collected.</summary>
    public void Merge(FleetStatistics other)
    {
        foreach ((ulong key, FleetWindow window) in other._windows)
            Window(new BehaviorKey(key), window.Length).Merge(window);
    }

    /// <summary>
    /// Keeps only windows that have ended: what merged statistics need, since a window in which some owners have begun
    /// and others have not would pass for a complete one later.
    /// </summary>
    public void Complete(DateTimeOffset now)
    {
        long time = now.ToUnixTimeMilliseconds();
        foreach (FleetWindow window in _windows.Values)
            window.Complete(WindowTime.EndOf(time, window.Length));
    }

    /// <summary>Drops the behaviors that had no value since an instant: those that were changed or removed.</summary>
    public void Forget(DateTimeOffset before)
    {
        long time = before.ToUnixTimeMilliseconds();
        foreach (ulong key in _windows.Where(entry => entry.Value.End < time).Select(entry => entry.Key).ToArray())
            _windows.Remove(key);
    }

    /// <summary>Appends the statistics, to save them or to hand them to another owner. Equal statistics are equal bytes.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        var writer = new SnapshotWriter(output);
        writer.Byte(Version);
        writer.Number((ulong)_windows.Count);
        foreach ((ulong key, FleetWindow window) in _windows)
        {
            writer.UInt64(key);
            window.Write(writer);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote. Never throws.</summary>
    /// <param name="bytes">Exactly one object's.</param>
    /// <param name="statistics">The statistics; empty ones when refused.</param>
    /// <param name="error">Why they were refused.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FleetStatistics statistics, out SnapshotError error)
    {
        var reader = new SnapshotReader(bytes);
        reader.Version(Version);
        statistics = new FleetStatistics();
        int count = reader.Count(LeastWindowBytes);
        for (int i = 0; i < count && !reader.Failed; i++)
        {
            ulong key = reader.UInt64();
            if (!statistics._windows.TryAdd(key, FleetWindow.Read(ref reader)))
                reader.Refuse();
        }

        bool read = reader.AtEnd();
        if (!read)
            statistics = new FleetStatistics();
        error = reader.Error;
        return read;
    }

    /// <param name="behavior">Whose value.</param>
    /// <param name="length">Its duration, milliseconds.</param>
    /// <param name="time">When it was judged, Unix milliseconds.</param>
    /// <param name="value">Finite, 0 or more.</param>
    /// <param name="isFirstOfThing">Whether the thing had no value in this window before.</param>
    internal void Add(BehaviorKey behavior, long length, long time, double value, bool isFirstOfThing) =>
        Window(behavior, length).Add(WindowTime.EndOf(time, length), value, isFirstOfThing);

    internal bool TryGetThreshold(BehaviorKey behavior, StatisticalCriteria criteria, long time, out double threshold)
    {
        threshold = 0;
        return _windows.TryGetValue(behavior.Bits, out FleetWindow? window)
            && window.TryGetThreshold(WindowTime.EndOf(time, window.Length), criteria.Statistic, out threshold);
    }

    private FleetWindow Window(BehaviorKey behavior, long length)
    {
        if (!_windows.TryGetValue(behavior.Bits, out FleetWindow? window))
            _windows.Add(behavior.Bits, window = new FleetWindow(length));
        return window;
    }
}
