using System;
using System.Collections.Immutable;

namespace Defender.Evaluator.Scenarios;

/// <summary>What is done at one instant, or again and again at equal distances, and everything that has to come of it.</summary>
/// <param name="Line">Where it starts in the file, from 1.</param>
/// <param name="Text">Its first line, for messages.</param>
/// <param name="Offset">When, from <see cref="Scenario.Start"/>.</param>
/// <param name="Every">Distance of repetitions; zero for a step that is done once.</param>
/// <param name="Times">How often: 1 or more.</param>
internal sealed record ScenarioStep(int Line, string Text, TimeSpan Offset, TimeSpan Every, int Times)
{
    /// <summary>In order; empty when only time passes.</summary>
    public ImmutableArray<ScenarioAction> Actions { get; init; } = [];

    /// <summary>All outcomes up to the next step, in any order.</summary>
    public ImmutableArray<ExpectedOutcome> Expected { get; init; } = [];
}

/// <summary>An outcome that has to come.</summary>
/// <param name="Line">Where the file says so, from 1.</param>
/// <param name="Outcome">What is not given is not compared.</param>
internal sealed record ExpectedOutcome(int Line, Outcome Outcome);
