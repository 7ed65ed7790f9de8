using System;
using System.Collections.Generic;
using Defender.Evaluator.Alarms;
using Defender.Evaluator.Behaviors;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;

namespace Defender.Evaluator.Judging;

/// <summary>One call of the judge: whose it is, and where its events go. Moves the alarm state machine.</summary>
internal readonly ref struct Docket(string thingName, ThingState state, ICollection<ViolationEvent> events)
{
    public string ThingName { get; } = thingName;

    public ThingState State { get; } = state;

    /// <summary>
    /// Counts one judged value, records an event when an alarm starts or ends by it, and lets an open alarm remember it
    /// when it violates.
    /// </summary>
    public void Step(CompiledBehavior behavior, ref BehaviorState state, Verdict verdict, Evidence evidence, long time)
    {
        BehaviorCriteria criteria = behavior.Behavior.Criteria;
        bool wasOpen = state.Progress.IsOpen;
        state.Progress = state.Progress.Next(
            verdict.Conforms, criteria.ConsecutiveDatapointsToAlarm, criteria.ConsecutiveDatapointsToClear);
        if (state.Progress.IsOpen == wasOpen)
        {
            if (wasOpen && !verdict.Conforms)
                Remember(behavior, state.Alarm!, evidence, time);
        }
        else if (wasOpen)
        {
            Record(behavior.Behavior, state, ViolationEventType.AlarmCleared, time, verdict, evidence.ToMetricValue(), offending: null);
            state.Alarm = null;
        }
        else
        {
            MetricValue value = evidence.ToMetricValue();
            MetricValue? offending = evidence.Offending(behavior.Rule);
            state.Alarm = new OpenAlarm(behavior.SecurityProfileName, behavior.Behavior, time, KeptValue.Of(value, offending));
            state.Opened++;
            Record(behavior.Behavior, state, ViolationEventType.InAlarm, time, verdict, value, offending);
        }
    }

    /// <summary>Ends an alarm without evidence of conformity, and forgets what was counted. Nothing when none is open.</summary>
    public void Invalidate(ref BehaviorState state, long time)
    {
        if (state.Alarm is not { } alarm)
            return;
        events.Add(new ViolationEvent(
            ViolationId.Of(ThingName, state.Key, alarm.StartedAt, state.Opened),
            ThingName,
            alarm.SecurityProfileName,
            alarm.Behavior,
            ViolationEventType.AlarmInvalidated,
            DateTimeOffset.FromUnixTimeMilliseconds(time)));
        state.Alarm = null;
        state.Progress = default;
    }

    private static void Remember(CompiledBehavior behavior, OpenAlarm alarm, Evidence evidence, long time)
    {
        // A report that comes late to a cloud-side window may be judged at its own time, before the end the window was judged at.
        alarm.LastViolationAt = Math.Max(alarm.LastViolationAt, time);
        if (!evidence.IsSame(alarm.LastViolationValue))
            alarm.LastViolationValue = evidence.ToKeptValue(behavior.Rule);
    }

    private void Record(
        Behavior behavior,
        in BehaviorState state,
        ViolationEventType type,
        long time,
        Verdict verdict,
        MetricValue value,
        MetricValue? offending)
    {
        OpenAlarm alarm = state.Alarm!;
        events.Add(new ViolationEvent(
            ViolationId.Of(ThingName, state.Key, alarm.StartedAt, state.Opened),
            ThingName,
            alarm.SecurityProfileName,
            behavior,
            type,
            DateTimeOffset.FromUnixTimeMilliseconds(time))
        {
            MetricValue = value,
            OffendingMembers = offending,
            Threshold = verdict.Threshold,
        });
    }
}
