using System;
using System.Buffers;
using System.Collections.Generic;
using Defender.Evaluator.Alarms;
using Defender.Evaluator.Snapshots;
using Defender.Evaluator.Windows;

namespace Defender.Evaluator.Judging;

/// <summary>
/// What is remembered of one thing between its datapoints: counters of consecutive datapoints, sums of open windows,
/// open alarms. About 40 bytes a behavior in memory, 15 when saved. Not thread-safe: one owner judges a thing.
/// </summary>
public sealed class ThingState
{
    /// <summary>Which behavior each of <see cref="Behaviors"/> belongs to; null after a restore until it is judged again.</summary>
    internal ThingProfiles? Profiles { get; set; }

    internal BehaviorState[] Behaviors { get; set; } = [];

    /// <summary>One for each delta metric that a behavior sums over a trailing duration.</summary>
    internal TrailingSum[] TrailingSums { get; set; } = [];

    /// <summary>Whether an alarm is open; such a state must be kept until <see cref="Judge.Advance"/> has ended it.</summary>
    public bool HasOpenAlarms
    {
        get
        {
            foreach (ref readonly BehaviorState behavior in Behaviors.AsSpan())
            {
                if (behavior.Progress.IsOpen)
                    return true;
            }

            return false;
        }
    }

    /// <summary>Adds the open alarms as of the last call of the judge, in no certain order.</summary>
    /// <param name="thingName">The thing that this is the state of.</param>
    /// <param name="violations">Takes the alarms.</param>
    public void CopyActiveViolations(string thingName, ICollection<ActiveViolation> violations)
    {
        foreach (ref readonly BehaviorState behavior in Behaviors.AsSpan())
        {
            if (behavior.Alarm is not { } alarm)
                continue;
            violations.Add(new ActiveViolation(
                ViolationId.Of(thingName, behavior.Key, alarm.StartedAt, behavior.Opened),
                thingName,
                alarm.SecurityProfileName,
                alarm.Behavior,
                DateTimeOffset.FromUnixTimeMilliseconds(alarm.StartedAt),
                DateTimeOffset.FromUnixTimeMilliseconds(alarm.LastViolationAt),
                alarm.LastViolationValue));
        }
    }

    /// <summary>Time of the newest datapoint that a behavior was judged on; null when there was none.</summary>
    public DateTimeOffset? LastDatapointAt
    {
        get
        {
            long last = BehaviorState.Never;
            foreach (ref readonly BehaviorState behavior in Behaviors.AsSpan())
                last = Math.Max(last, behavior.LastDatapoint);
            return last == BehaviorState.Never ? null : DateTimeOffset.FromUnixTimeMilliseconds(last);
        }
    }

    /// <summary>The trailing sum of a metric, made when it is asked for the first time.</summary>
    internal TrailingSum TrailingSum(int metricIndex)
    {
        int place = 0;
        while (place < TrailingSums.Length && TrailingSums[place].MetricIndex < metricIndex)
            place++;
        if (place == TrailingSums.Length || TrailingSums[place].MetricIndex != metricIndex)
            TrailingSums = [.. TrailingSums[..place], new TrailingSum { MetricIndex = metricIndex }, .. TrailingSums[place..]];
        return TrailingSums[place];
    }

    /// <summary>
    /// Appends the state: what <see cref="TryRead"/> makes of it behaves the same and is written the same. Without open
    /// alarms at most 600 bytes for ten behaviors; an open alarm adds its profile's name, its behavior in full, and its last
    /// value within the bounds of <see cref="ActiveViolation"/>.
    /// </summary>
    public void Write(IBufferWriter<byte> output) => ThingStateCodec.Write(new SnapshotWriter(output), this);

    /// <summary>Reads what <see cref="Write"/> wrote. Never throws and never allocates beyond the size of what it is given.</summary>
    /// <param name="bytes">Exactly one state.</param>
    /// <param name="state">The state; an empty one when refused.</param>
    /// <param name="error">Why it was refused.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ThingState state, out SnapshotError error)
    {
        var reader = new SnapshotReader(bytes);
        state = ThingStateCodec.Read(ref reader);
        bool read = reader.AtEnd();
        if (!read)
            state = new ThingState();
        error = reader.Error;
        return read;
    }
}
