using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Defender.Evaluator.Scenarios;
using Defender.Tests;
using Xunit;

namespace Defender.Evaluator.Tests.Scenarios;

/// <summary>
/// Holds that the scenarios leave nothing out that the contract's metrics.json allows: each metric with each operator
/// starts and ends an alarm, each with percentiles too, each that supports models is reported under one.
/// </summary>
public sealed class ScenarioCoverageTests
{
    private static readonly Scenario[] Scenarios = [.. ScenarioCorpus.Files.Select(ScenarioCorpus.Read)];

    private static readonly JsonElement[] Metrics =
        [.. JsonDocument.Parse(File.ReadAllBytes(RepositoryFiles.Contract("metrics.json"))).RootElement.GetProperty("metrics").EnumerateArray()];

    [Theory]
    [InlineData("in-alarm")]
    [InlineData("alarm-cleared")]
    public void Each_metric_comes_with_each_operator_and_a_fixed_value(string type)
    {
        HashSet<string> covered = Covered(type, behavior => behavior.Criteria is StaticCriteria criteria ? criteria.Operator : null);

        Assert.Equal(22, Metrics.Length);
        Assert.Empty(Metrics.SelectMany(Combinations).Except(covered));
    }

    [Theory]
    [InlineData("in-alarm")]
    [InlineData("alarm-cleared")]
    public void Each_metric_that_has_percentiles_comes_with_each_operator_and_one(string type)
    {
        HashSet<string> covered = Covered(type, behavior => behavior.Criteria is StatisticalCriteria criteria ? criteria.Operator : null);

        string[] wanted = [.. Metrics.Where(metric => metric.GetProperty("statisticalThreshold").GetBoolean()).SelectMany(Combinations)];
        Assert.Equal(14 * 4, wanted.Length);
        Assert.Empty(wanted.Except(covered));
    }

    [Fact]
    public void Each_metric_that_models_support_is_reported_under_one()
    {
        IEnumerable<string> covered =
            from scenario in Scenarios
            from behavior in Behaviors(scenario)
            where behavior.Criteria is ModelCriteria && Readings(scenario).Contains(behavior.Metric)
            select Name(behavior.Metric);

        string[] wanted = [.. Metrics.Where(metric => metric.GetProperty("mlDetect").GetBoolean()).Select(metric => metric.GetProperty("metric").GetString()!)];
        Assert.Equal(14, wanted.Length);
        Assert.Empty(wanted.Except(covered));
    }

    [Fact]
    public void Each_duration_is_summed_over_on_both_sides_with_both_kinds_of_criteria()
    {
        IEnumerable<string> covered =
            from behavior in Alarming("in-alarm")
            where behavior.Metric.Duration == DurationUse.Required
            let duration = behavior.Criteria switch
            {
                StaticCriteria criteria => criteria.DurationSeconds,
                StatisticalCriteria criteria => criteria.DurationSeconds,
                _ => null,
            }
            select $"{behavior.Metric.Side} {behavior.Criteria.GetType().Name} {duration}";

        IEnumerable<string> wanted =
            from side in new[] { MetricSide.Cloud, MetricSide.Device }
            from kind in new[] { nameof(StaticCriteria), nameof(StatisticalCriteria) }
            from duration in new[] { 300, 600, 900, 1800, 3600 }
            select $"{side} {kind} {duration}";
        Assert.Empty(wanted.Except(covered));
    }

    [Fact]
    public void Each_statistic_starts_an_alarm()
    {
        IEnumerable<string> covered = Alarming("in-alarm").Select(behavior => behavior.Criteria).OfType<StatisticalCriteria>().Select(criteria => criteria.Statistic.Name);

        Assert.Empty(Statistic.All.Select(statistic => statistic.Name).Except(covered));
    }

    private static IEnumerable<string> Combinations(JsonElement metric) =>
        metric.GetProperty("operators").EnumerateArray().Select(comparison => $"{metric.GetProperty("metric").GetString()} {comparison.GetString()}");

    private static HashSet<string> Covered(string type, System.Func<Behavior, ComparisonOperator?> comparison) =>
        [.. from behavior in Alarming(type)
            let with = comparison(behavior)
            where with is not null
            select $"{Name(behavior.Metric)} {with.Value.ToWireName()}"];

    /// <summary>The behaviors that have an event of a type in some scenario.</summary>
    private static IEnumerable<Behavior> Alarming(string type) =>
        from scenario in Scenarios
        let named = (from step in scenario.Steps
                     from expected in step.Expected
                     where Outcome.KindWords[(int)expected.Outcome.Kind] == type
                     select expected.Outcome.Subject).ToHashSet()
        from behavior in Behaviors(scenario)
        where named.Contains(behavior.Name)
        select behavior;

    private static IEnumerable<Behavior> Behaviors(Scenario scenario) => scenario.Profiles.SelectMany(attachment => attachment.Profile.Behaviors);

    private static HashSet<Metric> Readings(Scenario scenario) =>
        [.. scenario.Steps.SelectMany(step => step.Actions).SelectMany(action => action switch
        {
            ReadingsReport report => report.Readings,
            PeriodCounts counts => counts.Readings,
            _ => [],
        }).Select(reading => reading.Metric)];

    /// <summary>As metrics.json calls it: custom metrics by their type.</summary>
    private static string Name(Metric metric) => metric.Side != MetricSide.Custom ? metric.Name : metric.Kind switch
    {
        MetricValueKind.Number => "custom:number",
        MetricValueKind.Numbers => "custom:number-list",
        MetricValueKind.Strings => "custom:string-list",
        _ => "custom:ip-address-list",
    };
}
