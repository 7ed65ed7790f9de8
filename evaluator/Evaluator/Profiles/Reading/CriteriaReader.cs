using System;
using System.Globalization;
using System.Linq;
using Defender.Evaluator.Metrics;

namespace Defender.Evaluator.Profiles.Reading;

/// <summary>Reads BehaviorCriteria (P05 to P12). Where the metric is not known, what depends on it is not checked.</summary>
internal static class CriteriaReader
{
    private const int MinConsecutive = 1;
    private const int MaxConsecutive = 10;

    // The contract's texts print a missing value so.
    private const string Missing = "None";

    private static readonly string AllowedDurations = string.Join(',', Durations.Seconds);

    /// <summary>Reads the criteria of a behavior; null when they are wrong, which is reported.</summary>
    /// <param name="behavior">The behavior.</param>
    /// <param name="metric">Its metric; null when that is not known.</param>
    public static BehaviorCriteria? Read(DocumentNode behavior, Metric? metric)
    {
        DocumentNode criteria = behavior.Member("criteria");
        if (!criteria.IsGiven)
        {
            criteria.Report(ProfileRule.P05, "criteria is required", behavior.MisspeltMember("criteria"));
            return null;
        }

        if (!criteria.IsObject("criteria"))
            return null;
        int? toAlarm = ReadConsecutive(criteria, "consecutiveDatapointsToAlarm");
        int? toClear = ReadConsecutive(criteria, "consecutiveDatapointsToClear");
        BehaviorCriteria? read = ReadComparison(criteria, metric);
        if (read is null || toAlarm is null || toClear is null)
            return null;
        return read with { ConsecutiveDatapointsToAlarm = toAlarm.Value, ConsecutiveDatapointsToClear = toClear.Value };
    }

    private static int? ReadConsecutive(DocumentNode criteria, string name)
    {
        DocumentNode node = criteria.Member(name);
        if (!node.IsGiven)
            return BehaviorCriteria.DefaultConsecutiveDatapoints;
        if (!node.IsNumber(name))
            return null;
        if (node.TryGetInt64(out long value) && value is >= MinConsecutive and <= MaxConsecutive)
            return (int)value;
        node.Report(
            ProfileRule.P11,
            string.Create(CultureInfo.InvariantCulture, $"{name} {node.Text} should be in range[{MinConsecutive},{MaxConsecutive}]"),
            node.WholeNumberHint);
        return null;
    }

    private static BehaviorCriteria? ReadComparison(DocumentNode criteria, Metric? metric)
    {
        DocumentNode value = criteria.Member("value");
        DocumentNode statistic = criteria.Member("statisticalThreshold");
        DocumentNode model = criteria.Member("mlDetectionConfig");
        switch (value.IsGiven, statistic.IsGiven, model.IsGiven)
        {
            case (true, false, false):
                return ReadStatic(criteria, value, metric);
            case (false, true, false):
                return ReadStatistical(criteria, statistic, metric);
            case (false, false, true):
                return ReadModel(criteria, model, metric);
            default:
                string? hint = criteria.MisspeltMember("value")
                    ?? criteria.MisspeltMember("statisticalThreshold")
                    ?? criteria.MisspeltMember("mlDetectionConfig");
                criteria.Report(
                    ProfileRule.P05,
                    "exactly one of value, statisticalThreshold and mlDetectionConfig is required",
                    value.IsGiven || statistic.IsGiven ? null : hint);
                return null;
        }
    }

    private static StaticCriteria? ReadStatic(DocumentNode criteria, DocumentNode valueNode, Metric? metric)
    {
        ComparisonOperator? comparison = ReadOperator(criteria, metric);
        MetricValue? value = MetricValueReader.Read(valueNode, metric);
        DocumentNode durationNode = criteria.Member("durationSeconds");
        int? duration = null;
        if (metric?.Duration == DurationUse.NotAllowed)
        {
            if (durationNode.IsGiven)
                durationNode.Report(ProfileRule.P09, $"durationSeconds is not allowed for {metric}");
        }
        else if (durationNode.IsGiven)
        {
            duration = ReadDuration(durationNode);
        }
        else if (metric?.Duration == DurationUse.Required)
        {
            durationNode.Report(ProfileRule.P09, "durationSeconds is required", criteria.MisspeltMember("durationSeconds"));
        }

        return comparison is null || value is null ? null : new StaticCriteria(comparison.Value, value, duration);
    }

    private static StatisticalCriteria? ReadStatistical(DocumentNode criteria, DocumentNode threshold, Metric? metric)
    {
        if (!threshold.IsObject("statisticalThreshold"))
            return null;
        if (metric is { SupportsPercentile: false })
        {
            threshold.Report(ProfileRule.P10, $"statisticalThreshold is not allowed for {metric}");
            return null;
        }

        ComparisonOperator? comparison = ReadOperator(criteria, metric);
        Statistic? statistic = ReadStatistic(threshold.Member("statistic"));
        DocumentNode durationNode = criteria.Member("durationSeconds");
        int? duration = durationNode.IsGiven ? ReadDuration(durationNode) : null;
        if (!durationNode.IsGiven)
        {
            string? hint = criteria.MisspeltMember("durationSeconds");
            durationNode.Report(ProfileRule.P09, "durationSeconds is required with statisticalThreshold", hint);
        }

        return comparison is null || statistic is null || duration is null
            ? null
            : new StatisticalCriteria(comparison.Value, statistic.Value, duration.Value);
    }

    private static ModelCriteria? ReadModel(DocumentNode criteria, DocumentNode model, Metric? metric)
    {
        if (!model.IsObject("mlDetectionConfig"))
            return null;
        foreach (string name in (ReadOnlySpan<string>)["comparisonOperator", "durationSeconds"])
        {
            DocumentNode node = criteria.Member(name);
            if (node.IsGiven)
                node.Report(ProfileRule.P12, $"{name} is not allowed with mlDetectionConfig");
        }

        if (metric is { SupportsModel: false })
            model.Report(ProfileRule.P12, $"mlDetectionConfig is not supported for {metric}");
        DocumentNode level = model.Member("confidenceLevel");
        string? text = level.IsGiven ? level.AsString("confidenceLevel") : Missing;
        if (text is null)
            return null;
        if (WireNames.TryParse(text, out ConfidenceLevel confidence))
            return new ModelCriteria(confidence);
        level.ReportNotOneOf(ProfileRule.P12, "confidenceLevel", text, WireNames.ConfidenceLevels, model.MisspeltMember("confidenceLevel"));
        return null;
    }

    private static ComparisonOperator? ReadOperator(DocumentNode criteria, Metric? metric)
    {
        DocumentNode node = criteria.Member("comparisonOperator");
        if (!node.IsGiven)
        {
            node.Report(ProfileRule.P06, "comparisonOperator is required", criteria.MisspeltMember("comparisonOperator"));
            return null;
        }

        if (node.AsString("comparisonOperator") is not { } text)
            return null;
        bool isKnown = WireNames.TryParse(text, out ComparisonOperator comparison);
        if (metric is null)
        {
            if (!isKnown)
                node.ReportNotOneOf(ProfileRule.P06, "comparisonOperator", text, WireNames.ComparisonOperators);
            return isKnown ? comparison : null;
        }

        if (isKnown && ComparisonOperators.Of(metric).Contains(comparison))
            return comparison;
        string[] allowed = [.. ComparisonOperators.Of(metric).Select(WireNames.ToWireName)];
        string? hint = isKnown ? null : NearestName.DidYouMean(text, allowed);
        node.Report(
            ProfileRule.P06,
            $"comparisonOperator {Quote.Of(text)} is not allowed for {metric}",
            hint ?? $"{metric} takes {string.Join(", ", allowed)}.");
        return null;
    }

    private static Statistic? ReadStatistic(DocumentNode node)
    {
        string? text = node.IsGiven ? node.AsString("statistic") : Missing;
        if (text is null)
            return null;
        if (Statistic.TryParse(text, out Statistic statistic))
            return statistic;
        node.ReportNotOneOf(
            ProfileRule.P10,
            "statistic",
            text,
            [.. Statistic.All.Select(candidate => candidate.Name)],
            "Percentiles of the fleet only: p50 is the median, p100 the largest value.");
        return null;
    }

    private static int? ReadDuration(DocumentNode node)
    {
        if (!node.IsNumber("durationSeconds"))
            return null;
        if (node.TryGetInt64(out long seconds) && seconds is > 0 and <= int.MaxValue && Durations.Seconds.Contains((int)seconds))
            return (int)seconds;
        node.Report(ProfileRule.P09, $"durationSeconds {node.Text} should be one of [{AllowedDurations}]", node.WholeNumberHint);
        return null;
    }
}
