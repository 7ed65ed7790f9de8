using System;
using System.Collections.Immutable;
using System.Linq;
using Defender.Evaluator.Scenarios.Running;

namespace Defender.Evaluator.Scenarios;

/// <summary>Plays scenarios against the report reader and the judge that the gateway has. Holds no state: equal scenarios give equal failures.</summary>
public static class ScenarioRunner
{
    /// <summary>As often as the gateway looks for silent things and ended windows.</summary>
    private static readonly TimeSpan Sweep = TimeSpan.FromMinutes(1);

    /// <summary>Plays a scenario to its end.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="restarting">
    /// Whether all state is saved and restored before each step, as by a gateway that is restarted. It must not change
    /// what comes.
    /// </param>
    /// <returns>The steps of which something else came than expected, in their order; none when the scenario passes.</returns>
    public static ImmutableArray<ScenarioFailure> Run(Scenario scenario, bool restarting = false)
    {
        var failures = ImmutableArray.CreateBuilder<ScenarioFailure>();
        var fleet = new ScenarioFleet(scenario);
        TimeSpan now = TimeSpan.Zero;
        foreach (ScenarioStep step in scenario.Steps)
        {
            for (int i = 0; i < step.Times; i++)
            {
                if (restarting)
                    fleet.Restart();
                TimeSpan at = step.Offset + (i * step.Every);
                PassTime(fleet, now, at);
                now = at;
                foreach (ScenarioAction action in step.Actions)
                    fleet.Apply(action, at);
            }

            var match = new OutcomeMatch(step.Expected, fleet.Outcomes);
            if (!match.IsComplete || fleet.Faults.Count > 0)
                failures.Add(new ScenarioFailure(step.Line, step.Text, [.. match.Differences(), .. fleet.Faults.Select(fault => $"! {fault}")]));
            fleet.Outcomes.Clear();
            fleet.Faults.Clear();
        }

        return failures.DrainToImmutable();
    }

    private static void PassTime(ScenarioFleet fleet, TimeSpan from, TimeSpan to)
    {
        for (TimeSpan at = from; at < to;)
        {
            at = TimeSpan.FromTicks(Math.Min(to.Ticks, (at.Ticks / Sweep.Ticks + 1) * Sweep.Ticks));
            fleet.Advance(at);
        }
    }
}
