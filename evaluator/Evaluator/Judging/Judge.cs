using System;
using System.Collections.Generic;
using Defender.Evaluator.Alarms;
using Defender.Evaluator.Behaviors;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Percentiles;
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
    private readonly Standards _standards;
    private readonly MetricChains _chains = new();

    /// <summary>A judge for one owner of things.</summary>
    /// <param name="options">How to judge; the same for all judges of a fleet.</param>
    /// <param name="fleet">
    /// Takes the values of statistical behaviors, and answers their thresholds unless <see cref="Thresholds"/> is set.
    /// Null: a new one; it has to be saved and restored with the states for the same events to come after a restart.
    /// </param>
    /// <param name="models">Where behaviors that follow a model get its range; null for no models.</param>
    public Judge(JudgeOptions options, FleetStatistics? fleet = null, IModelBounds? models = null)
    {
        _options = options;
        _silence = (long)options.SilenceBeforeInvalidation.TotalMilliseconds;
        _grace = (long)options.WindowGrace.TotalMilliseconds;
        _standards = new Standards(fleet ?? new FleetStatistics(), models);
    }

    /// <summary>The values that this judge has seen under statistical behaviors.</summary>
    public FleetStatistics Fleet => _standards.Fleet;

    /// <summary>
    /// What statistical behaviors are held against: <see cref="Fleet"/> at first; where several judges share a fleet,
    /// the merge of what all of them have seen, put here after each window. Not shared between judges of several threads.
    /// </summary>
    public FleetStatistics Thresholds
    {
        get => _standards.Thresholds;
        set => _standards.Thresholds = value;
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
        ReadOnlySpan<Datapoint> all = datapoints.Datapoints;
        _chains.Build(all);
        for (int i = 0; i < all.Length; i++)
        {
            if (!_chains.IsHead(i))
                continue;
            MetricBehaviors behaviors = profiles.On(all[i].Metric);
            TrailingSum? trailing = null;
            if (behaviors.LongestTrailing > 0)
            {
                trailing = state.TrailingSum(all[i].Metric.Index);
                trailing.Add(time, _chains.Sum(all, dimension: null, i), behaviors.LongestTrailing);
            }

            for (int b = behaviors.Start; b < behaviors.End; b++)
            {
                CompiledBehavior behavior = profiles.Behaviors[b];
                int first = i;
                if (_chains.TryFirst(all, behavior.Behavior.MetricDimension, ref first))
                    Observe(docket, behavior, ref state.Behaviors[b], datapoints, first, trailing, time);
            }
        }
    }

    /// <summary>
    /// Lets time pass without datapoints: closes windows, voids alarms of metrics that fell silent and of behaviors that
    /// no longer apply. Once a minute is often enough: how often it is called changes when events come, not which.
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
        int first,
        TrailingSum? trailing,
        long time)
    {
        if (state.Window is { IsOpen: true } window && time > window.End)
            Close(docket, behavior, ref state, window);
        EndSilent(docket, ref state, time);
        time = Math.Max(time, state.LastDatapoint);
        if (behavior.Accumulation != Accumulation.None)
        {
            long count = _chains.Sum(datapoints.Datapoints, behavior.Behavior.MetricDimension, first);
            if (behavior.Accumulation == Accumulation.Tumbling)
                AddToWindow(docket, behavior, ref state, count, time);
            else
                JudgeSum(docket, behavior, ref state, behavior.Accumulation == Accumulation.Trailing ? trailing!.Over(behavior.Duration) : count, time);
        }
        else if (behavior.IsStatic)
        {
            JudgeFixed(docket, behavior, ref state, datapoints, first, time);
        }
        else
        {
            JudgeMoving(docket, behavior, ref state, datapoints, first, time);
        }

        state.LastDatapoint = time;
    }

    /// <summary>A datapoint against a fixed value: the first of its kind that violates decides, or the first when none does.</summary>
    private void JudgeFixed(
        in Docket docket, CompiledBehavior behavior, ref BehaviorState state, DatapointBuffer datapoints, int first, long time)
    {
        ReadOnlySpan<Datapoint> all = datapoints.Datapoints;
        int decisive = first;
        bool conforms = behavior.Conforms(datapoints, all[first]);
        for (int next = first; conforms && _chains.TryNext(all, behavior.Behavior.MetricDimension, ref next);)
        {
            conforms = behavior.Conforms(datapoints, all[next]);
            decisive = conforms ? first : next;
        }

        docket.Step(behavior, ref state, new Verdict(conforms, Threshold: null), new Evidence(datapoints, decisive), time);
    }

    /// <summary>A datapoint against what the fleet or a model says; all of its kind count for the fleet.</summary>
    private void JudgeMoving(
        in Docket docket, CompiledBehavior behavior, ref BehaviorState state, DatapointBuffer datapoints, int first, long time)
    {
        ReadOnlySpan<Datapoint> all = datapoints.Datapoints;
        Verdict? decided = null;
        int decisive = first, datapoint = first;
        bool isFirstOfWindow = IsFirstOfWindow(behavior, state, time);
        do
        {
            double value = all[datapoint].Metric.Kind == MetricValueKind.Count ? all[datapoint].Count : all[datapoint].Number;
            if (decided is not { Conforms: false } && _standards.Hold(docket.ThingName, behavior, value, time) is { } verdict
                && (decided is null || !verdict.Conforms))
            {
                decided = verdict;
                decisive = datapoint;
            }

            _standards.Feed(behavior, value, time, isFirstOfWindow && datapoint == first);
        }
        while (_chains.TryNext(all, behavior.Behavior.MetricDimension, ref datapoint));
        if (decided is { } held)
            docket.Step(behavior, ref state, held, new Evidence(datapoints, decisive), time);
    }

    private void AddToWindow(in Docket docket, CompiledBehavior behavior, ref BehaviorState state, long count, long time)
    {
        TumblingWindow window = state.Window ??= new TumblingWindow();
        if (window.Add(time, behavior.Duration, count))
        {
            Close(docket, behavior, ref state, window);
        }
        else if (_options.EarlyJudgement && behavior.IsUpperBound && !window.IsJudged
            && Hold(docket, behavior, window.Sum, window.End) is { Conforms: false } broken)
        {
            window.IsJudged = true;
            docket.Step(behavior, ref state, broken, new Evidence(window.Sum), time);
        }
    }

    private void Close(in Docket docket, CompiledBehavior behavior, ref BehaviorState state, TumblingWindow window)
    {
        window.Close();
        if (!window.IsJudged && Hold(docket, behavior, window.Sum, window.End) is { } verdict)
            docket.Step(behavior, ref state, verdict, new Evidence(window.Sum), window.End);
        _standards.Feed(behavior, window.Sum, window.End, isFirstOfThing: true);
    }

    private void JudgeSum(in Docket docket, CompiledBehavior behavior, ref BehaviorState state, long sum, long time)
    {
        if (Hold(docket, behavior, sum, time) is { } verdict)
            docket.Step(behavior, ref state, verdict, new Evidence(sum), time);
        if (IsFirstOfWindow(behavior, state, time))
            _standards.Feed(behavior, sum, time, isFirstOfThing: true);
    }

    private Verdict? Hold(in Docket docket, CompiledBehavior behavior, long sum, long time) => behavior.IsStatic
        ? new Verdict(behavior.Bound.Holds(sum), Threshold: null)
        : _standards.Hold(docket.ThingName, behavior, sum, time);

    /// <summary>An alarm whose metric was silent for too long is void from the moment it was.</summary>
    private void EndSilent(in Docket docket, ref BehaviorState state, long time)
    {
        if (state.Alarm is not null && time - state.LastDatapoint > _silence)
            docket.Invalidate(ref state, state.LastDatapoint + _silence);
    }

    private static bool IsFirstOfWindow(CompiledBehavior behavior, in BehaviorState state, long time) =>
        behavior.Statistical is not null
        && (state.LastDatapoint == BehaviorState.Never
            || WindowTime.EndOf(state.LastDatapoint, behavior.Duration) != WindowTime.EndOf(time, behavior.Duration));
}
