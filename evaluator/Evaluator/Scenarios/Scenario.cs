using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Metrics;

namespace Defender.Evaluator.Scenarios;

/// <summary>A test of security profiles: what is attached, what things report over time, which events have to come. Immutable.</summary>
public sealed record Scenario
{
    internal Scenario()
    {
    }

    /// <summary>
    /// The instant of <c>+0s</c>, a multiple of every duration: what happens in a scenario does not depend on when it is run.
    /// </summary>
    public static DateTimeOffset Start { get; } = DateTimeOffset.FromUnixTimeSeconds(1_700_002_800);

    /// <summary>What it is about; null when the file does not say.</summary>
    public string? Title { get; internal init; }

    /// <summary>Lines of the file that start at an instant; the same line repeated counts once.</summary>
    public int StepCount => Steps.Length;

    internal JudgeOptions Options { get; init; } = JudgeOptions.Default;

    internal TimeSpan MinimumReportInterval { get; init; }

    internal MetricCatalog Metrics { get; init; } = MetricCatalog.BuiltIn;

    /// <summary>Before the first step.</summary>
    internal ImmutableArray<ProfileAttachment> Profiles { get; init; } = [];

    /// <summary>Before the first step, with those that are only mentioned later.</summary>
    internal ImmutableArray<KeyValuePair<string, ThingMembership>> Things { get; init; } = [];

    internal ImmutableArray<ScenarioStep> Steps { get; init; } = [];
}
