using System;
using System.Linq;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Xunit;
using static Defender.Evaluator.Metrics.BuiltInMetrics;

namespace Defender.Evaluator.Tests.Judging;

/// <summary>Which values of a thing are kept to be listed, and which are exported.</summary>
public sealed class KeptSeriesTests
{
    private static readonly MetricDimension Inside = new("topics", DimensionValueOperator.In), Outside = new("topics", DimensionValueOperator.NotIn);

    private static readonly MetricsExportConfig Topic = new("export/a", "arn:aws:iam::123456789012:role/r");

    [Fact]
    public void Nothing_applies_and_nothing_is_kept()
    {
        Assert.Empty(ThingProfiles.None.Kept);
        Assert.Empty(ThingProfiles.None.Exports);
        Assert.False(ThingProfiles.None.Keeps(AllBytesIn, null));
    }

    [Fact]
    public void What_is_judged_or_retained_is_kept_once_and_nothing_else()
    {
        ThingProfiles profiles = Bench.Compile(
            new SecurityProfile("a")
            {
                Behaviors = [Judged("a", AllBytesIn), Judged("b", AllBytesIn), Judged("c", NumMessagesSent, Inside)],
                AdditionalMetricsToRetain = [new(NumDisconnects), new(AllBytesIn), new(NumMessagesSent) { MetricDimension = Outside }],
            },
            new SecurityProfile("b") { Behaviors = [Judged("a", NumMessagesSent, Inside), Judged("b", AllBytesIn)] });
        MetricSeries[] expected = [new(AllBytesIn, null), new(NumMessagesSent, Inside), new(NumMessagesSent, Outside), new(NumDisconnects, null)];
        Assert.Equal(expected, profiles.Kept.AsEnumerable());
        foreach (Metric metric in MetricCatalog.BuiltIn.All)
        {
            foreach (MetricDimension? dimension in (MetricDimension?[])[null, Inside, Outside, Inside with { DimensionName = "other" }])
                Assert.Equal(expected.Contains(new(metric, dimension)), profiles.Keeps(metric, dimension));
        }
    }

    [Fact]
    public void A_custom_metric_is_kept_by_its_name_and_kind()
    {
        Metric before = new MetricCatalog([new("level", MetricValueKind.Number)]).All[^1];
        ThingProfiles profiles = Bench.Compile(new SecurityProfile("p") { AdditionalMetricsToRetain = [new(before)] });
        Metric renumbered = new MetricCatalog([new("other", MetricValueKind.Number), new("level", MetricValueKind.Number)]).All[^1];
        Metric retyped = new MetricCatalog([new("level", MetricValueKind.Numbers)]).All[^1];
        Assert.Equal((true, true, false), (profiles.Keeps(before, null), profiles.Keeps(renumbered, null), profiles.Keeps(retyped, null)));
    }

    [Fact]
    public void A_profile_exports_what_it_marks_once_where_it_has_a_topic()
    {
        SecurityProfile full = new("full")
        {
            Behaviors =
            [
                Judged("a", AllBytesIn) with { ExportMetric = true },
                Judged("b", AllBytesIn) with { ExportMetric = true },
                Judged("c", AllBytesOut),
                Judged("d", NumMessagesSent, Inside) with { ExportMetric = true },
            ],
            AdditionalMetricsToRetain = [new(NumMessagesSent) { ExportMetric = true }, new(AllBytesIn) { ExportMetric = true }, new(NumDisconnects)],
            MetricsExportConfig = Topic,
        };
        ThingProfiles profiles = Bench.Compile(
            full,
            full with { Name = "no-topic", MetricsExportConfig = null },
            full with { Name = "nothing-marked", Behaviors = [Judged("a", AllBytesIn)], AdditionalMetricsToRetain = [] },
            full with { Name = "other", Behaviors = [], MetricsExportConfig = Topic with { MqttTopic = "export/b" } });
        Assert.Equal(
            [
                "full export/a: aws:all-bytes-in, aws:num-messages-sent In, aws:num-messages-sent",
                "other export/b: aws:num-messages-sent, aws:all-bytes-in",
            ],
            profiles.Exports.Select(export =>
                $"{export.SecurityProfileName} {export.Config.MqttTopic}: "
                + string.Join(", ", export.Series.Select(series => $"{series.Metric} {series.Dimension?.Operator}".Trim()))));
    }

    [Fact]
    public void Asking_allocates_nothing()
    {
        Metric level = new MetricCatalog([new("level", MetricValueKind.Number)]).All[^1];
        ThingProfiles profiles = Bench.Compile(new SecurityProfile("p") { AdditionalMetricsToRetain = [new(level), new(NumMessagesSent) { MetricDimension = Inside }] });
        Assert.True(profiles.Keeps(level, null) && profiles.Keeps(NumMessagesSent, Inside));
        long before = GC.GetAllocatedBytesForCurrentThread();
        _ = profiles.Keeps(level, null) && profiles.Keeps(NumMessagesSent, Inside) && profiles.Keeps(NumMessagesSent, Outside);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static Behavior Judged(string name, Metric metric, MetricDimension? dimension = null) =>
        Bench.Count(metric, ComparisonOperator.LessThan, 5, 300) with { Name = name, MetricDimension = dimension };
}
