using System;
using System.Linq;
using Defender.Evaluator.Metrics;

namespace Defender.Evaluator.Profiles.Reading;

/// <summary>Reads what a behavior and a retained metric have in common: a metric, and the dimension that narrows it.</summary>
internal static class MetricReferenceReader
{
    private const string BuiltInPrefix = "aws:";

    /// <summary>P03, P04: the metric; null when it is missing or unknown, which is reported.</summary>
    public static Metric? ReadMetric(DocumentNode owner)
    {
        DocumentNode node = owner.Member("metric");
        if (!node.IsGiven)
        {
            node.Report(ProfileRule.P03, "metric is required", owner.MisspeltMember("metric"));
            return null;
        }

        return ReadName(node);
    }

    /// <summary>P03, P04: the metric that a string names.</summary>
    public static Metric? ReadName(DocumentNode node)
    {
        if (node.AsString("metric") is not { } name)
            return null;
        MetricCatalog catalog = node.Scope.Definitions.Metrics;
        if (catalog.TryGet(name, out Metric? metric))
            return metric;
        if (name.Length == 0)
        {
            node.Report(ProfileRule.P03, "metric is required");
            return null;
        }

        string message = name.StartsWith(BuiltInPrefix, StringComparison.Ordinal)
            ? $"metric {Quote.Of(name)} is not supported"
            : $"custom metric {Quote.Of(name)} does not exist";
        node.Report(ProfileRule.P04, message, NearestName.DidYouMean(name, catalog.All.Select(candidate => candidate.Name)));
        return null;
    }

    /// <summary>P13: the dimension; null when there is none or a wrong one, which is reported.</summary>
    /// <param name="owner">The behavior or the retained metric.</param>
    /// <param name="metric">The metric it is on; null when that is not known.</param>
    public static MetricDimension? ReadDimension(DocumentNode owner, Metric? metric)
    {
        DocumentNode node = owner.Member("metricDimension");
        if (!node.IsGiven || !node.IsObject("metricDimension"))
            return null;
        if (metric is { SupportsDimension: false })
        {
            node.Report(ProfileRule.P13, $"metricDimension is not allowed for {metric}");
            return null;
        }

        string? name = ReadDimensionName(node);
        DimensionValueOperator? valueOperator = ReadOperator(node.Member("operator"));
        return name is null || valueOperator is null ? null : new MetricDimension(name, valueOperator.Value);
    }

    private static string? ReadDimensionName(DocumentNode dimension)
    {
        DocumentNode node = dimension.Member("dimensionName");
        if (!node.IsGiven)
        {
            node.Report(ProfileRule.P13, "dimensionName is required", dimension.MisspeltMember("dimensionName"));
            return null;
        }

        ProfileDefinitions definitions = node.Scope.Definitions;
        string? name = node.AsString("dimensionName");
        if (name is null || definitions.TryGetDimension(name, out _))
            return name;
        string? hint = NearestName.DidYouMean(name, definitions.Dimensions.Select(candidate => candidate.Name));
        node.Report(ProfileRule.P13, $"dimension {Quote.Of(name)} does not exist", hint);
        return null;
    }

    private static DimensionValueOperator? ReadOperator(DocumentNode node)
    {
        if (!node.IsGiven)
            return DimensionValueOperator.In;
        if (node.AsString("operator") is not { } text)
            return null;
        if (WireNames.TryParse(text, out DimensionValueOperator value))
            return value;
        node.ReportNotOneOf(ProfileRule.P13, "operator", text, WireNames.DimensionValueOperators);
        return null;
    }
}
