using System.Linq;
using Defender.Evaluator.Scenarios;
using Xunit;

namespace Defender.Evaluator.Tests.Scenarios;

/// <summary>Plays every scenario file of the repository.</summary>
public sealed class ScenarioFileTests
{
    public static TheoryData<string> Files => [.. ScenarioCorpus.Files];

    [Theory]
    [MemberData(nameof(Files))]
    public void Everything_comes_as_the_scenario_says(string file) =>
        Assert.Empty(ScenarioRunner.Run(ScenarioCorpus.Read(file)).Select(failure => failure.ToString()));

    [Theory]
    [MemberData(nameof(Files))]
    public void Nothing_changes_when_the_gateway_restarts_before_each_step(string file) =>
        Assert.Empty(ScenarioRunner.Run(ScenarioCorpus.Read(file), restarting: true).Select(failure => failure.ToString()));

    // A scenario that expects nothing anywhere would pass against a judge that sleeps.
    [Theory]
    [MemberData(nameof(Files))]
    public void A_scenario_expects_something_and_says_what_it_is_about(string file)
    {
        Scenario scenario = ScenarioCorpus.Read(file);

        Assert.False(string.IsNullOrWhiteSpace(scenario.Title));
        Assert.True(scenario.Steps.Any(step => step.Expected.Length > 0) || file.Contains("/models/", System.StringComparison.Ordinal));
    }

    [Fact]
    public void There_are_scenarios() => Assert.True(Files.Count >= 80);
}
