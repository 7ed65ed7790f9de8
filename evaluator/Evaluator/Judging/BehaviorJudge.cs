using System;
using Defender.Evaluator.Behaviors;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Windows;

namespace Defender.Evaluator.Judging;

/// <summary>Judges for one behavior of one thing: makes values of datapoints, holds them against what is normal.</summary>
/// <param name="options">How to judge.</param>
/// <param name="standards">What values that are not fixed are held against.</param>
/// <param name="chains">The datapoints of the call by metric.</param>
internal sealed class BehaviorJudge(JudgeOptions options, Standards standards, MetricChains chains)
{
    private readonly long _silence = (long)options.SilenceBeforeInvalidation.TotalMilliseconds;
    private readonly long _grace = (long)options.WindowGrace.TotalMilliseconds;

    /// <summary>Judges the datapoints of a call that are for one behavior.</summary>
    /// <param name="docket">The call.</param>
    /// <param name="behavior">The behavior.</param>
    /// <param name="state">What is remembered of it.</param>
    /// <param name="datapoints">All datapoints of the call.</param>
    /// <param name="first">The first of them that is for this behavior.</param>
    /// <param name="trailing">The metric's trailing sum, the datapoint in it; null where no behavior asks for one.</param>
    /// <param name="time">Unix milliseconds.</param>
    public void Observe(
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
        switch (behavior.Accumulation)
        {
            case Accumulation.Tumbling:
                AddToWindow(docket, behavior, ref state, Sum(behavior, datapoints, first), time);
                break;
            case Accumulation.Trailing when behavior.Statistical is not null && !trailing!.Covers(behavior.Duration):
                break; // the sum of half an hour says nothing about the fleet's hours, and they nothing about it
            case Accumulation.Trailing:
                JudgeSum(docket, behavior, ref state, trailing!.Over(behavior.Duration), time);
                break;
            case Accumulation.Period:
                JudgeSum(docket, behavior, ref state, Sum(behavior, datapoints, first), time);
                break;
            case Accumulation.None when behavior.IsStatic:
                JudgeFixed(docket, behavior, ref state, datapoints, first, time);
                break;
            default:
                JudgeMoving(docket, behavior, ref state, datapoints, first, time);
                break;
        }

        state.LastDatapoint = time;
    }

    /// <summary>Lets time pass for one behavior.</summary>
    public void Advance(in Docket docket, CompiledBehavior behavior, ref BehaviorState state, long time)
    {
        if (state.Window is { IsOpen: true } window && time - _grace >= window.End)
            Close(docket, behavior, ref state, window);
        EndSilent(docket, ref state, time);
    }

    /// <summary>A datapoint against a fixed value: the first of its kind that violates decides, or the first when none does.</summary>
    private void JudgeFixed(
        in Docket docket, CompiledBehavior behavior, ref BehaviorState state, DatapointBuffer datapoints, int first, long time)
    {
        ReadOnlySpan<Datapoint> all = datapoints.Datapoints;
        int decisive = first;
        bool conforms = behavior.Conforms(datapoints, all[first]);
        for (int next = first; conforms && chains.TryNext(all, behavior.Behavior.MetricDimension, ref next);)
        {
            conforms = behavior.Conforms(datapoints, all[next]);
            decisive = conforms ? first : next;
        }

        if (!conforms || state.Progress != default)
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
            if (decided is not { Conforms: false } && standards.Hold(docket.ThingName, behavior, value, time) is { } verdict
                && (decided is null || !verdict.Conforms))
            {
                decided = verdict;
                decisive = datapoint;
            }

            standards.Feed(behavior, value, time, isFirstOfWindow && datapoint == first);
        }
        while (chains.TryNext(all, behavior.Behavior.MetricDimension, ref datapoint));
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
        else if (options.EarlyJudgement && behavior.IsUpperBound && !window.IsJudged
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
        standards.Feed(behavior, window.Sum, window.End, isFirstOfThing: true);
    }

    private void JudgeSum(in Docket docket, CompiledBehavior behavior, ref BehaviorState state, long sum, long time)
    {
        // The usual case, apart because it is: a fixed bound that holds where nothing else was counted.
        if (behavior.IsStatic && state.Progress == default && behavior.Bound.Holds(sum))
            return;
        if (Hold(docket, behavior, sum, time) is { } verdict)
            docket.Step(behavior, ref state, verdict, new Evidence(sum), time);
        if (IsFirstOfWindow(behavior, state, time))
            standards.Feed(behavior, sum, time, isFirstOfThing: true);
    }

    private long Sum(CompiledBehavior behavior, DatapointBuffer datapoints, int first) =>
        chains.Sum(datapoints.Datapoints, behavior.Behavior.MetricDimension, first);

    private Verdict? Hold(in Docket docket, CompiledBehavior behavior, long sum, long time) => behavior.IsStatic
        ? new Verdict(behavior.Bound.Holds(sum), Threshold: null)
        : standards.Hold(docket.ThingName, behavior, sum, time);

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
