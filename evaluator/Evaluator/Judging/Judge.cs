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
/// Not thread-safe: one judge for each owner of things. While no alarm starts or ends, a call allocates nothing, but for
/// the new value that an open alarm remembers of a datapoint which violates in another way than the one before.
/// Instants may come late or out of order: a behavior's time never goes back, a datapoint that claims to be older than
/// the newest counts as if it came with that one.
/// </remarks>
public sealed class Judge
{
    private readonly Standards _standards;
    private readonly BehaviorJudge _behaviorJudge;
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
        _standards = new Standards(fleet ?? new FleetStatistics(), models);
        _behaviorJudge = new BehaviorJudge(options, _standards, _chains);
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
        ReadOnlySpan<CompiledBehavior> compiled = profiles.Behaviors;
        Span<BehaviorState> states = state.Behaviors;
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
                CompiledBehavior behavior = compiled[b];
                int first = i;
                if (_chains.TryFirst(all, behavior.Behavior.MetricDimension, ref first))
                    _behaviorJudge.Observe(docket, behavior, ref states[b], datapoints, first, trailing, time);
            }
        }
    }

    /// <summary>
    /// Lets time pass without datapoints: closes windows, voids alarms of metrics that fell silent and of behaviors that
    /// no longer apply. Once a minute is often enough: events carry the time at which their cause held, not that of the call.
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
            _behaviorJudge.Advance(docket, profiles.Behaviors[b], ref state.Behaviors[b], time);
    }
}
