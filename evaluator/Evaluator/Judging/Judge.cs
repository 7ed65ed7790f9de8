using System;
using System.Collections.Generic;
using Defender.Evaluator.Alarms;
using Defender.Evaluator.Behaviors;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Defender.Evaluator.Windows;

namespace Defender.Evaluator.Judging;

/// <summary>
/// Turns datapoints and the passing of time into violation events. It keeps nothing of a thing between calls: that is
/// the <see cref="ThingState"/>; equal states and equal calls give equal events, with equal violation ids.
/// </summary>
/// <remarks>
/// Not thread-safe: one judge for each owner of things. While no alarm starts or ends, a call allocates nothing.
/// Instants may come late or out of order: a behavior's time never goes back, a datapoint that claims to be older than
/// the newest counts as if it came with that one.
/// </remarks>
public sealed class Judge
{
    private readonly JudgeOptions _options;
    private readonly long _silence, _grace;
    private readonly MetricChains _chains = new();

    /// <summary>A judge of static criteria.</summary>
    /// <param name="options">How to judge; the same for all judges of a fleet.</param>
    public Judge(JudgeOptions options)
    {
        _options = options;
        _silence = (long)options.SilenceBeforeInvalidation.TotalMilliseconds;
        _grace = (long)options.WindowGrace.TotalMilliseconds;
    }

    /// <summary>Judges one report, or the datapoints that one period gave for a thing.</summary>
    /// <param name="thingName">The thing.</param>
    /// <param name="profiles">What applies to it now; a change since the last call voids the alarms of behaviors that are gone.</param>
    /// <param name="state">What is remembered of it.</param>
    /// <param name="datapoints">
    /// The values. Several of one metric and dimension are one datapoint: sums are added, and otherwise it violates when
    /// any of them does (a period's smallest and largest message).
    /// </param>
    /// <param name="at">When the report was received, or when the period ended.</param>
    /// <param name="events">Takes what happened.</param>
    public void Observe(
        string thingName,
        ThingProfiles profiles,
        ThingState state,
        DatapointBuffer datapoints,
        DateTimeOffset at,
        ICollection<ViolationEvent> events)
    {
        long time = at.ToUnixTimeMilliseconds();
        var docket = new Docket(thingName, state, events);
        StateAlignment.Align(docket, profiles, time);
        _chains.Build(datapoints.Datapoints);
        for (int i = 0; i < datapoints.Datapoints.Length; i++)
        {
            if (!_chains.IsHead(i))
                continue;
            MetricBehaviors behaviors = profiles.On(datapoints.Datapoints[i].Metric);
            TrailingSum? trailing = behaviors.LongestTrailing > 0 ? AddToTrailingSum(state, behaviors, datapoints, i, time) : null;
            for (int b = behaviors.Start; b < behaviors.End; b++)
                Observe(docket, profiles.Behaviors[b], ref state.Behaviors[b], datapoints, i, trailing, time);
        }
    }

    /// <summary>
    /// Lets time pass without datapoints: closes windows, voids alarms of metrics that fell silent and of behaviors that
    /// no longer apply. Once a minute is often enough; how often it is called changes when events come, not which.
    /// </summary>
    /// <param name="thingName">The thing.</param>
    /// <param name="profiles">What applies to it now; <see cref="ThingProfiles.None"/> for a thing that was deleted.</param>
    /// <param name="state">What is remembered of it.</param>
    /// <param name="now">The current time.</param>
    /// <param name="events">Takes what happened.</param>
    public void Advance(string thingName, ThingProfiles profiles, ThingState state, DateTimeOffset now, ICollection<ViolationEvent> events)
    {
        long time = now.ToUnixTimeMilliseconds();
        var docket = new Docket(thingName, state, events);
        StateAlignment.Align(docket, profiles, time);
        for (int b = 0; b < state.Behaviors.Length; b++)
        {
            ref BehaviorState behavior = ref state.Behaviors[b];
            if (behavior.Window is { IsOpen: true } window && time - _grace >= window.End)
                Close(docket, profiles.Behaviors[b], ref behavior, window);
            EndSilent(docket, ref behavior, time);
        }
    }

    private void Observe(
        in Docket docket,
        CompiledBehavior behavior,
        ref BehaviorState state,
        DatapointBuffer datapoints,
        int head,
        TrailingSum? trailing,
        long time)
    {
        if (behavior.Behavior.Criteria is not StaticCriteria)
            return;
        int first = head;
        if (!IsFor(behavior, datapoints, first) && !TryNext(behavior, datapoints, ref first))
            return;
        if (state.Window is { IsOpen: true } window && time > window.End)
            Close(docket, behavior, ref state, window);
        EndSilent(docket, ref state, time);
        state.LastDatapoint = time = Math.Max(time, state.LastDatapoint);
        switch (behavior.Accumulation)
        {
            case Accumulation.None:
                JudgeDatapoints(docket, behavior, ref state, datapoints, first, time);
                break;
            case Accumulation.Trailing:
                JudgeSum(docket, behavior, ref state, trailing!.Over(behavior.Duration), time);
                break;
            case Accumulation.Tumbling:
                AddToWindow(docket, behavior, ref state, Total(behavior, datapoints, first), time);
                break;
        }
    }

    private void JudgeDatapoints(
        in Docket docket, CompiledBehavior behavior, ref BehaviorState state, DatapointBuffer datapoints, int first, long time)
    {
        int datapoint = first;
        do
        {
            if (Conforms(behavior, datapoints, datapoints.Datapoints[datapoint]))
                continue;
            docket.Step(behavior, ref state, new Verdict(Conforms: false, null), new Evidence(datapoints, datapoint), time);
            return;
        }
        while (TryNext(behavior, datapoints, ref datapoint));
        docket.Step(behavior, ref state, new Verdict(Conforms: true, null), new Evidence(datapoints, first), time);
    }

    private static void JudgeSum(in Docket docket, CompiledBehavior behavior, ref BehaviorState state, long sum, long time) =>
        docket.Step(behavior, ref state, new Verdict(behavior.Bound.Holds(sum), null), new Evidence(sum), time);

    private void AddToWindow(in Docket docket, CompiledBehavior behavior, ref BehaviorState state, long count, long time)
    {
        TumblingWindow window = state.Window ??= new TumblingWindow();
        if (window.Add(time, behavior.Duration, count))
        {
            Close(docket, behavior, ref state, window);
        }
        else if (_options.EarlyJudgement && behavior.IsUpperBound && !window.IsJudged && !behavior.Bound.Holds(window.Sum))
        {
            JudgeSum(docket, behavior, ref state, window.Sum, time);
            window.IsJudged = true;
        }
    }

    private static void Close(in Docket docket, CompiledBehavior behavior, ref BehaviorState state, TumblingWindow window)
    {
        window.Close();
        if (!window.IsJudged)
            JudgeSum(docket, behavior, ref state, window.Sum, window.End);
    }

    /// <summary>An alarm whose metric was silent for too long is void from the moment it was.</summary>
    private void EndSilent(in Docket docket, ref BehaviorState state, long time)
    {
        if (state.Alarm is not null && time - state.LastDatapoint > _silence)
            docket.Invalidate(ref state, state.LastDatapoint + _silence);
    }

    private static bool Conforms(CompiledBehavior behavior, DatapointBuffer datapoints, in Datapoint datapoint) =>
        behavior.Rule is { } rule ? rule.Conforms(datapoints, datapoint)
            : datapoint.Metric.Kind == MetricValueKind.Count ? behavior.Bound.Holds(datapoint.Count)
            : behavior.Bound.Holds(datapoint.Number);

    private TrailingSum AddToTrailingSum(ThingState state, MetricBehaviors behaviors, DatapointBuffer datapoints, int head, long time)
    {
        long count = 0;
        int datapoint = head;
        do
            count = WindowTime.SaturatingAdd(count, datapoints.Datapoints[datapoint].Count);
        while (_chains.TryNext(ref datapoint));
        TrailingSum sum = state.TrailingSum(behaviors.Metric!.Index);
        sum.Add(time, count, behaviors.LongestTrailing);
        return sum;
    }

    private long Total(CompiledBehavior behavior, DatapointBuffer datapoints, int first)
    {
        long count = 0;
        int datapoint = first;
        do
            count = WindowTime.SaturatingAdd(count, datapoints.Datapoints[datapoint].Count);
        while (TryNext(behavior, datapoints, ref datapoint));
        return count;
    }

    private bool TryNext(CompiledBehavior behavior, DatapointBuffer datapoints, ref int datapoint)
    {
        while (_chains.TryNext(ref datapoint))
        {
            if (IsFor(behavior, datapoints, datapoint))
                return true;
        }

        return false;
    }

    private static bool IsFor(CompiledBehavior behavior, DatapointBuffer datapoints, int datapoint) =>
        behavior.Behavior.MetricDimension == datapoints.Datapoints[datapoint].Dimension;
}
