using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Defender.Evaluator.Scenarios;
using Defender.Evaluator.Scenarios.Reading;
using Defender.Tests;
using Xunit;

namespace Defender.Evaluator.Tests.Scenarios;

/// <summary>What docs/scenarios.md prints is what happens.</summary>
public sealed partial class DocumentedScenarioTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "scenarios.md"));

    private static readonly string[] Blocks = [.. Block().Matches(Document).Select(match => match.Groups[1].Value)];

    [Fact]
    public void The_example_passes() => Assert.Empty(ScenarioRunner.Run(ScenarioCorpus.Parse(Example)));

    [Fact]
    public void The_failure_that_is_printed_is_the_one_that_comes()
    {
        string broken = Example.Replace("[23, 2323]}", "[23]}", StringComparison.Ordinal);

        string[] lines = [.. ScenarioRunner.Run(ScenarioCorpus.Parse(broken)).SelectMany(failure => failure.ToString().Split('\n')).Select(line => "        " + line)];

        string printed = Blocks.Single(block => block.StartsWith("FAILED", StringComparison.Ordinal));
        Assert.Equal(printed.Split('\n')[1..^2], lines);
    }

    [Fact]
    public void Every_short_word_for_a_metric_is_named_beside_it() =>
        Assert.All(MetricWords.Short, word =>
        {
            Assert.Contains($"`{word.Key}`", Document, StringComparison.Ordinal);
            Assert.Contains($"`{word.Value.Name}`", Document, StringComparison.Ordinal);
        });

    [Fact]
    public void Every_event_is_named() =>
        Assert.All(Outcome.KindWords, word => Assert.Contains($"| `-> {word}", Document, StringComparison.Ordinal));

    private static string Example => Blocks.Single(block => block.StartsWith("title ", StringComparison.Ordinal));

    [GeneratedRegex("```\\w*\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
