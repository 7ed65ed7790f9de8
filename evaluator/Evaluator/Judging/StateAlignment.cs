using System;
using System.Collections.Generic;
using Defender.Evaluator.Behaviors;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Windows;

namespace Defender.Evaluator.Judging;

/// <summary>
/// Brings the state of a thing into the order of the behaviors that apply to it now: those it knows keep their state,
/// new ones start fresh, and what belongs to a behavior that was changed, removed or detached is void.
/// </summary>
internal static class StateAlignment
{
    public static void Align(in Docket docket, ThingProfiles profiles, long time)
    {
        ThingState state = docket.State;
        if (ReferenceEquals(state.Profiles, profiles))
            return;
        if (!HasSameBehaviors(state.Behaviors, profiles.Behaviors))
            Rearrange(docket, profiles, time);
        ForgetTrailingSums(state, profiles);
        state.Profiles = profiles;

        // Alarms restored from bytes take over the copy that all things share.
        for (int i = 0; i < state.Behaviors.Length; i++)
        {
            ref BehaviorState behavior = ref state.Behaviors[i];
            if (behavior.Alarm is { } alarm && !ReferenceEquals(alarm.Behavior, profiles.Behaviors[i].Behavior))
                alarm.Behavior = profiles.Behaviors[i].Behavior;
        }
    }

    private static bool HasSameBehaviors(ReadOnlySpan<BehaviorState> states, ReadOnlySpan<CompiledBehavior> behaviors)
    {
        if (states.Length != behaviors.Length)
            return false;
        for (int i = 0; i < states.Length; i++)
        {
            if (states[i].Key != behaviors[i].Key)
                return false;
        }

        return true;
    }

    private static void Rearrange(in Docket docket, ThingProfiles profiles, long time)
    {
        BehaviorState[] old = docket.State.Behaviors;
        var places = new Dictionary<BehaviorKey, int>(old.Length);
        for (int i = 0; i < old.Length; i++)
            places.Add(old[i].Key, i);

        var next = new BehaviorState[profiles.Behaviors.Length];
        for (int i = 0; i < next.Length; i++)
        {
            BehaviorKey key = profiles.Behaviors[i].Key;
            next[i] = places.Remove(key, out int place) ? old[place] : new BehaviorState(key);
        }

        for (int i = 0; i < old.Length; i++)
        {
            if (places.ContainsKey(old[i].Key))
                docket.Invalidate(ref old[i], Math.Max(time, old[i].LastDatapoint));
        }

        docket.State.Behaviors = next;
    }

    private static void ForgetTrailingSums(ThingState state, ThingProfiles profiles)
    {
        foreach (TrailingSum sum in state.TrailingSums)
        {
            if (!IsWanted(sum, profiles))
            {
                KeepTrailingSums(state, profiles);
                return;
            }
        }
    }

    private static void KeepTrailingSums(ThingState state, ThingProfiles profiles) =>
        state.TrailingSums = Array.FindAll(state.TrailingSums, sum => IsWanted(sum, profiles));

    private static bool IsWanted(TrailingSum sum, ThingProfiles profiles) =>
        profiles.On(BuiltInMetrics.All[sum.MetricIndex]).LongestTrailing > 0;
}
