using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using Defender.Evaluator.Alarms;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Defender.Tests;
using Xunit;

namespace Defender.Evaluator.Tests.Profiles;

/// <summary>The spellings of enumerations, and what metrics.json says each metric takes.</summary>
public sealed class WireNamesTests
{
    [Fact]
    public void Every_value_has_a_name_that_reads_back()
    {
        AssertRoundTrip<ComparisonOperator>(WireNames.ComparisonOperators, WireNames.ToWireName, WireNames.TryParse);
        AssertRoundTrip<ConfidenceLevel>(WireNames.ConfidenceLevels, WireNames.ToWireName, WireNames.TryParse);
        AssertRoundTrip<DimensionValueOperator>(WireNames.DimensionValueOperators, WireNames.ToWireName, WireNames.TryParse);
        AssertRoundTrip<ViolationEventType>(WireNames.ViolationEventTypes, WireNames.ToWireName, WireNames.TryParse);
        Assert.Equal(Enum.GetValues<MetricValueKind>().Length, WireNames.MetricValueMembers.Length);
    }

    [Fact]
    public void Names_are_the_names_of_the_enumeration_in_another_spelling()
    {
        // Catches a table in another order than its enumeration.
        Assert.Equal(Enum.GetNames<ComparisonOperator>(), WireNames.ComparisonOperators.Select(Pascal));
        Assert.Equal(Enum.GetNames<ConfidenceLevel>(), WireNames.ConfidenceLevels.Select(name => Pascal(name.ToLowerInvariant())));
        Assert.Equal(Enum.GetNames<DimensionValueOperator>(), WireNames.DimensionValueOperators.Select(name => Pascal(name.ToLowerInvariant())));
        Assert.Equal(Enum.GetNames<ViolationEventType>(), WireNames.ViolationEventTypes.Select(Pascal));
        Assert.Equal(Enum.GetNames<MetricValueKind>(), WireNames.MetricValueMembers.Select(Pascal));
    }

    [Fact]
    public void Each_metric_takes_the_operators_of_the_contract()
    {
        JsonNode contract = JsonNode.Parse(File.ReadAllText(RepositoryFiles.Contract("metrics.json")))!;
        foreach (JsonNode? row in contract["metrics"]!.AsArray())
        {
            string name = (string)row!["metric"]!;
            Metric metric = name.StartsWith("custom:", StringComparison.Ordinal) ? Custom(name["custom:".Length..]) : BuiltInMetrics.All.Single(m => m.Name == name);
            IEnumerable<string> operators = row["operators"]!.AsArray().Select(node => (string)node!);
            Assert.Equal(operators.Order(), ComparisonOperators.Of(metric).Select(WireNames.ToWireName).Order());
            Assert.Equal((string)row["valueMember"]!, metric.Kind.ToWireName());
        }
    }

    private static Metric Custom(string type)
    {
        Assert.True(WireNames.TryParseCustomMetricType(type, out MetricValueKind kind));
        return new MetricCatalog([new CustomMetricDefinition("custom", kind)]).All[^1];
    }

    private delegate bool TryParse<T>(string text, out T value);

    private static void AssertRoundTrip<T>(ImmutableArray<string> names, Func<T, string> write, TryParse<T> read)
        where T : struct, Enum
    {
        Assert.Equal(Enum.GetValues<T>().Length, names.Length);
        foreach (T value in Enum.GetValues<T>())
        {
            Assert.True(read(write(value), out T back));
            Assert.Equal(value, back);
        }

        Assert.False(read(names[0] + " ", out _));
        Assert.False(read(char.IsUpper(names[0][0]) ? names[0].ToLowerInvariant() : names[0].ToUpperInvariant(), out _));
    }

    private static string Pascal(string name) =>
        string.Concat(name.Split('-', '_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
