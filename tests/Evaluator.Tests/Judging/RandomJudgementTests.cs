using System;
using System.Collections.Generic;
using System.Linq;
using Defender.Evaluator.Alarms;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Defender.Evaluator.Tests.Judging;

/// <summary>The judge over random profiles and histories of three things.</summary>
public sealed class RandomJudgementTests
{
    private static readonly Config Often = Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(100);

    private static readonly Metric[] Metrics = [BuiltInMetrics.AllBytesOut, BuiltInMetrics.NumMessagesSent, BuiltInMetrics.NumListeningTcpPorts];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Agrees_with_a_naive_judge(bool early)
    {
        Prop.ForAll(Histories().ToArbitrary(), history =>
        {
            var naive = new NaiveJudge(early);
            foreach (Step step in history.Steps)
            {
                Behavior[] behaviors = history.Profiles[step.Profile];
                if (step.Metric is null)
                    naive.Advance(step.Thing, behaviors, step.Time);
                else
                    naive.Observe(step.Thing, behaviors, step.Metric, step.Value, step.Time);
            }

            List<ActiveViolation> active = [];
            Assert.Equal(naive.Events, Run(history, early, restore: false, active).Select(e => (
                e.ThingName, e.Behavior.Name, e.Type, e.Time.ToUnixTimeSeconds(), e.MetricValue?.Count, e.Threshold)));
            Assert.Equal(
                naive.Open().Order(),
                active.Select(v => (v.ThingName, v.Behavior.Name, v.LastViolationAt.ToUnixTimeSeconds(), v.LastViolationValue.Count)).Order());
        }).Check(Often);
    }

    [Fact]
    public void Saved_and_restored_after_each_call_it_says_the_same()
    {
        Prop.ForAll(Histories().ToArbitrary(), history =>
        {
            List<ActiveViolation> active = [], restored = [];
            Assert.Equal(
                Run(history, early: true, restore: false, active).Select(Text), Run(history, early: true, restore: true, restored).Select(Text));
            Assert.Equal(active, restored);
        }).Check(Often);
    }

    [Fact]
    public void Every_alarm_has_an_id_of_its_own_and_ends_once()
    {
        Prop.ForAll(Histories().ToArbitrary(), history =>
        {
            foreach (IGrouping<string, ViolationEvent> alarm in Run(history, early: true, restore: false).GroupBy(e => e.ViolationId))
            {
                ViolationEventType[] types = [.. alarm.Select(e => e.Type)];
                if (types is not ([ViolationEventType.InAlarm] or [ViolationEventType.InAlarm, not ViolationEventType.InAlarm]))
                    return false;
            }

            return true;
        }).Check(Often);
    }

    private static List<ViolationEvent> Run(History history, bool early, bool restore, List<ActiveViolation>? active = null)
    {
        var options = new JudgeOptions { EarlyJudgement = early };
        var judge = new Judge(options);
        ThingProfiles[] profiles = [.. history.Profiles.Select(behaviors => Bench.Compile(new SecurityProfile("p") { Behaviors = [.. behaviors] }))];
        var states = new Dictionary<string, ThingState>();
        var events = new List<ViolationEvent>();
        var buffer = new DatapointBuffer();
        foreach (Step step in history.Steps)
        {
            if (!states.TryGetValue(step.Thing, out ThingState? state))
                state = new ThingState();
            DateTimeOffset at = DateTimeOffset.FromUnixTimeSeconds(step.Time);
            if (step.Metric is null)
            {
                judge.Advance(step.Thing, profiles[step.Profile], state, at, events);
            }
            else
            {
                buffer.Clear();
                buffer.AddCount(step.Metric, step.Value);
                judge.Observe(step.Thing, profiles[step.Profile], state, buffer, at, events);
            }

            states[step.Thing] = restore ? SavedState.Restore(state) : state;
            if (restore)
                judge = new Judge(options, SavedState.Restore(judge.Fleet));
        }

        if (active is not null)
        {
            foreach ((string thing, ThingState state) in states)
                state.CopyActiveViolations(thing, active);
        }

        return events;
    }

    private static string Text(ViolationEvent e) =>
        $"{e.ViolationId} {e.ThingName} {e.Behavior} {e.Type} {e.Time:O} {e.MetricValue?.Count} {e.Threshold}";

    private static Gen<History> Histories() =>
        from profiles in Profile().ArrayOf(2)
        from steps in Gen.Choose(1, 150).SelectMany(count => Move().ArrayOf(count))
        select new History(profiles, Walk(steps));

    /// <summary>Up to five behaviors; one profile's may occur unchanged in the other.</summary>
    private static Gen<Behavior[]> Profile() =>
        from count in Gen.Choose(1, 5)
        from criteria in Criteria().ArrayOf(count)
        from metrics in Gen.Elements(Metrics).ArrayOf(count)
        select criteria.Zip(metrics.OrderBy(metric => metric.Index))
            .Select((pair, i) => new Behavior($"b{i}", pair.Second, pair.First)).ToArray();

    private static Gen<BehaviorCriteria> Criteria() =>
        from comparison in Gen.Elements(
            ComparisonOperator.LessThan, ComparisonOperator.LessThanEquals, ComparisonOperator.GreaterThan, ComparisonOperator.GreaterThanEquals)
        from limit in Gen.Choose(0, 20)
        from statistic in Gen.Elements(Statistic.All.AsEnumerable())
        from isStatic in Gen.Elements(true, true, false)
        from duration in Gen.Elements(300, 600, 900, 3600)
        from toAlarm in Gen.Elements(1, 1, 2, 3)
        from toClear in Gen.Elements(1, 1, 2, 3)
        select (isStatic
            ? (BehaviorCriteria)new StaticCriteria(comparison, MetricValue.OfCount(limit), duration)
            : new StatisticalCriteria(comparison, statistic, duration)) with
        {
            ConsecutiveDatapointsToAlarm = toAlarm,
            ConsecutiveDatapointsToClear = toClear,
        };

    /// <summary>
    /// Steps forth and back by multiples of 150 s: no two reports are closer than that, so trailing sums are exact. The
    /// second profile is attached now and then for the rest of the history.
    /// </summary>
    private static Gen<Step> Move() =>
        from seconds in Gen.Frequency(
            (5, Gen.Constant(0)), (1, Gen.Constant(-750)), (4, Gen.Constant(150)), (6, Gen.Constant(300)), (1, Gen.Elements(600, 3600, 99_900, 172_950)))
        from thing in Gen.Elements("pump-1", "pump-2", "pump-3")
        from metric in Gen.Frequency((6, Gen.Elements<Metric?>(Metrics)), (1, Gen.Constant<Metric?>(null)))
        from value in Gen.Choose(0, 12)
        from profile in Gen.Frequency((30, Gen.Constant(0)), (1, Gen.Constant(1)))
        select new Step(thing, metric, value, seconds, profile);

    /// <summary>Turns steps of time into times; a thing that got the second profile keeps it.</summary>
    private static Step[] Walk(Step[] moves)
    {
        long time = 1_700_002_800;
        var changed = new HashSet<string>();
        return [.. moves.Select(move =>
        {
            long at = time + move.Time;
            time = Math.Max(time, at);
            if (move.Profile == 1)
                changed.Add(move.Thing);
            return move with { Time = at, Profile = changed.Contains(move.Thing) ? 1 : 0 };
        })];
    }

    private sealed record History(Behavior[][] Profiles, Step[] Steps)
    {
        public override string ToString() =>
            string.Join('\n', Profiles.SelectMany((p, i) => p.Select(b => $"{i}: {b}")).Concat(Steps.Select(s => s.ToString())));
    }

    private sealed record Step(string Thing, Metric? Metric, long Value, long Time, int Profile);
}
