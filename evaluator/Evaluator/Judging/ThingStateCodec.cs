using System;
using System.Collections.Generic;
using Defender.Evaluator.Alarms;
using Defender.Evaluator.Behaviors;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Defender.Evaluator.Snapshots;
using Defender.Evaluator.Windows;

namespace Defender.Evaluator.Judging;

/// <summary>
/// The bytes of a <see cref="ThingState"/>: a version, the time that others are distances from, the behaviors, the
/// trailing sums. A behavior takes a key of 8 bytes, a byte of state, a byte of run and window, and its last time.
/// </summary>
internal static class ThingStateCodec
{
    private const byte Version = 2;

    /// <summary>Key, state, flags and run, last time, alarms opened.</summary>
    private const int LeastBehaviorBytes = 12;

    /// <summary>Metric, count, one pane of time and sum, opening time.</summary>
    private const int LeastTrailingBytes = 5;

    private const byte HasDatapoint = 0x10, HasWindow = 0x20, RunMask = 0x0F;

    public static void Write(SnapshotWriter writer, ThingState state)
    {
        long origin = Origin(state);
        writer.Byte(Version);
        writer.Signed(origin);
        writer.Number((ulong)state.Behaviors.Length);
        foreach (ref readonly BehaviorState behavior in state.Behaviors.AsSpan())
            WriteBehavior(writer, behavior, origin);
        writer.Number((ulong)state.TrailingSums.Length);
        foreach (TrailingSum sum in state.TrailingSums)
            sum.Write(writer, origin);
    }

    public static ThingState Read(ref SnapshotReader reader)
    {
        reader.Version(Version);
        long origin = SnapshotTime.Read(ref reader, 0);
        var behaviors = new BehaviorState[reader.Count(LeastBehaviorBytes)];
        var keys = new HashSet<BehaviorKey>(behaviors.Length);
        for (int i = 0; i < behaviors.Length && !reader.Failed; i++)
        {
            behaviors[i] = ReadBehavior(ref reader, origin);
            if (!keys.Add(behaviors[i].Key))
                reader.Refuse();
        }

        var sums = new TrailingSum[reader.Count(LeastTrailingBytes)];
        for (int i = 0; i < sums.Length && !reader.Failed; i++)
        {
            sums[i] = TrailingSum.Read(ref reader, origin, BuiltInMetrics.All.Length);
            if (i > 0 && sums[i].MetricIndex <= sums[i - 1].MetricIndex)
                reader.Refuse();
        }

        return new ThingState { Behaviors = behaviors, TrailingSums = sums };
    }

    private static long Origin(ThingState state)
    {
        long origin = BehaviorState.Never;
        foreach (ref readonly BehaviorState behavior in state.Behaviors.AsSpan())
            origin = Math.Max(origin, behavior.LastDatapoint);
        return origin == BehaviorState.Never ? 0 : origin;
    }

    private static void WriteBehavior(SnapshotWriter writer, in BehaviorState behavior, long origin)
    {
        bool seen = behavior.LastDatapoint != BehaviorState.Never;
        writer.UInt64(behavior.Key.Bits);
        writer.Byte((byte)behavior.Progress.State);
        writer.Byte((byte)(behavior.Progress.Run | (seen ? HasDatapoint : 0) | (behavior.Window is null ? 0 : HasWindow)));
        writer.Signed(seen ? behavior.LastDatapoint - origin : 0);
        writer.Number(behavior.Opened);
        behavior.Window?.Write(writer, origin);
        if (behavior.Alarm is not { } alarm)
            return;
        writer.Signed(alarm.StartedAt - origin);
        writer.String(alarm.SecurityProfileName);
        BehaviorCodec.Write(writer, alarm.Behavior);
        writer.Signed(alarm.LastViolationAt - alarm.StartedAt);
        MetricValueCodec.Write(writer, alarm.LastViolationValue);
    }

    private static BehaviorState ReadBehavior(ref SnapshotReader reader, long origin)
    {
        var behavior = new BehaviorState(new BehaviorKey(reader.UInt64()));
        var state = (AlarmState)reader.Within(0, (int)AlarmState.Clearing);
        int flags = reader.Within(0, HasDatapoint | HasWindow | RunMask);
        int run = flags & RunMask;
        long last = SnapshotTime.Read(ref reader, origin);
        behavior.Opened = (uint)reader.Within(0, int.MaxValue);
        bool seen = (flags & HasDatapoint) != 0;
        if (seen)
            behavior.LastDatapoint = last;
        else if (last != origin || state != AlarmState.Normal)
            reader.Refuse();
        if ((flags & HasWindow) != 0)
            behavior.Window = TumblingWindow.Read(ref reader, origin);

        // A run is counted in the two states between, and is shorter than the longest that can be asked for.
        bool counts = state is AlarmState.Pending or AlarmState.Clearing;
        if (run >= BehaviorCodec.MaxConsecutive || counts != run > 0)
            reader.Refuse();
        behavior.Progress = new AlarmProgress(state, (byte)run);
        if (behavior.Progress.IsOpen)
            behavior.Alarm = ReadAlarm(ref reader, origin);
        return behavior;
    }

    private static OpenAlarm ReadAlarm(ref SnapshotReader reader, long origin)
    {
        long startedAt = SnapshotTime.ReadTold(ref reader, origin);
        string profile = reader.String();
        Behavior behavior = BehaviorCodec.Read(ref reader);
        long lastViolationAt = SnapshotTime.ReadTold(ref reader, startedAt);
        MetricValue value = MetricValueCodec.Read(ref reader);
        if (lastViolationAt < startedAt || value.Kind != behavior.Metric.Kind || !KeptValue.Fits(value))
            reader.Refuse();
        return new OpenAlarm(profile, behavior, startedAt, value) { LastViolationAt = lastViolationAt };
    }
}
