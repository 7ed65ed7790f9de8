using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using FsCheck;
using FsCheck.Fluent;

namespace Defender.Evaluator.Tests.Profiles;

/// <summary>Random valid profiles over the corpus's definitions.</summary>
internal static class ProfileGenerators
{
    private const string NameCharacters = "abcXYZ019:_-";

    public static Gen<SecurityProfile> Profile { get; } =
        from name in Name(1, 128)
        from description in Optional(Text(0, 50))
        from behaviors in Gen.Choose(0, 8).SelectMany(count => Gen.CollectToArray(Enumerable.Range(0, count), Behavior))
        from target in Optional(Gen.Choose(1, 9).Select(n => new AlertTarget($"arn:aws:sns:eu-west-1:{n}:topic", $"arn:aws:iam::{n}:role/alerts")))
        from retained in Gen.ArrayOf(Retained)
        from export in Optional(Name(1, 512).Select(topic => new MetricsExportConfig(topic, "arn:aws:iam::1:role/export")))
        from tags in Gen.Choose(0, 5).SelectMany(count => Gen.CollectToArray(Enumerable.Range(0, count), Tag))
        select new SecurityProfile(name)
        {
            Description = description,
            Behaviors = [.. behaviors],
            SnsAlertTarget = target,
            AdditionalMetricsToRetain = [.. retained],
            MetricsExportConfig = export,
            Tags = [.. tags],
        };

    private static Gen<Metric> AnyMetric => Gen.Elements(ProfileCorpus.Definitions.Metrics.All.AsEnumerable());

    private static Gen<bool> AnyFlag => Gen.Elements(true, false);

    private static Gen<int> Duration => Gen.Elements(Durations.Seconds.AsEnumerable());

    // Unique by its number.
    private static Gen<Behavior> Behavior(int number) =>
        from prefix in Name(1, 100)
        from metric in AnyMetric
        from dimension in Dimension(metric)
        from criteria in Criteria(metric)
        from toAlarm in Gen.Choose(1, 10)
        from toClear in Gen.Choose(1, 10)
        from suppress in AnyFlag
        from export in AnyFlag
        select new Behavior(
            $"{prefix}-{number}",
            metric,
            criteria with { ConsecutiveDatapointsToAlarm = toAlarm, ConsecutiveDatapointsToClear = toClear })
        {
            MetricDimension = dimension,
            SuppressAlerts = suppress,
            ExportMetric = export,
        };

    private static Gen<MetricToRetain> Retained =>
        from metric in AnyMetric
        from dimension in Dimension(metric)
        from export in AnyFlag
        select new MetricToRetain(metric) { MetricDimension = dimension, ExportMetric = export };

    private static Gen<MetricDimension?> Dimension(Metric metric) =>
        metric.SupportsDimension
            ? Optional(
                from dimension in Gen.Elements(ProfileCorpus.Definitions.Dimensions.AsEnumerable())
                from valueOperator in Gen.Elements(Enum.GetValues<DimensionValueOperator>())
                select new MetricDimension(dimension.Name, valueOperator))
            : Gen.Constant<MetricDimension?>(null);

    private static Gen<BehaviorCriteria> Criteria(Metric metric) =>
        metric.SupportsPercentile ? Gen.OneOf(Static(metric), Statistical(metric), Model) : Static(metric);

    private static Gen<ComparisonOperator> Operator(Metric metric) => Gen.Elements(ComparisonOperators.Of(metric).AsEnumerable());

    private static Gen<BehaviorCriteria> Static(Metric metric) =>
        from comparison in Operator(metric)
        from value in Value(metric.Kind)
        from given in AnyFlag
        from duration in Duration
        let isGiven = metric.Duration == DurationUse.Required || (given && metric.Duration == DurationUse.WithPercentile)
        select (BehaviorCriteria)new StaticCriteria(comparison, value, isGiven ? duration : null);

    private static Gen<BehaviorCriteria> Statistical(Metric metric) =>
        from comparison in Operator(metric)
        from statistic in Gen.Elements(Statistic.All.AsEnumerable())
        from duration in Duration
        select (BehaviorCriteria)new StatisticalCriteria(comparison, statistic, duration);

    private static Gen<BehaviorCriteria> Model =>
        Gen.Elements(Enum.GetValues<ConfidenceLevel>()).Select(level => (BehaviorCriteria)new ModelCriteria(level));

    private static Gen<MetricValue> Value(MetricValueKind kind) => kind switch
    {
        MetricValueKind.Count => Gen.OneOf(Gen.Choose(0, int.MaxValue).Select(n => (long)n), Gen.Constant(long.MaxValue)).Select(MetricValue.OfCount),
        MetricValueKind.Number => Number.Select(MetricValue.OfNumber),
        MetricValueKind.Ports => List(Gen.Choose(0, 65535)).Select(MetricValue.OfPorts),
        MetricValueKind.Cidrs => List(Cidr).Select(MetricValue.OfCidrs),
        MetricValueKind.Numbers => List(Number).Select(MetricValue.OfNumbers),
        _ => List(Text(0, 20)).Select(MetricValue.OfStrings),
    };

    private static Gen<double> Number =>
        ArbMap.Default.GeneratorFor<double>().Where(double.IsFinite);

    private static Gen<string> Cidr => Gen.OneOf(
        from octets in Gen.ArrayOf(Gen.Choose(0, 255), 4)
        from prefix in Gen.Choose(0, 32)
        select $"{string.Join('.', octets)}/{prefix}",
        from groups in Gen.ArrayOf(Gen.Choose(0, 0xFFFF), 7)
        from prefix in Gen.Choose(0, 128)
        select $"{string.Join(':', groups.Select(group => group.ToString("x", null)))}::/{prefix}");

    private static Gen<KeyValuePair<string, string>> Tag(int number) =>
        from key in Name(1, 100)
        from value in Text(0, 50)
        select new KeyValuePair<string, string>($"t{number}{key}", value);

    private static Gen<ImmutableArray<T>> List<T>(Gen<T> item) =>
        Gen.Choose(0, 20).SelectMany(length => Gen.ArrayOf(item, length)).Select(items => items.ToImmutableArray());

    private static Gen<string> Name(int min, int max) =>
        Gen.Choose(min, max).SelectMany(length => Gen.ArrayOf(Gen.Elements(NameCharacters.ToCharArray()), length)).Select(chars => new string(chars));

    // Quotes, backslashes, HTML, other scripts, beyond the basic plane.
    private static Gen<string> Text(int min, int max) =>
        Gen.Choose(min, max)
            .SelectMany(length => Gen.ArrayOf(Gen.Elements("a", "Z", "0", " ", "\"", "\\", "/", "<", "+", "'", "ß", "水", "😀"), length))
            .Select(string.Concat);

    private static Gen<T?> Optional<T>(Gen<T> value)
        where T : class => Gen.OneOf(Gen.Constant<T?>(null), value.Select(some => (T?)some));
}
