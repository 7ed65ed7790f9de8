using System;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Defender.Evaluator.Snapshots;

namespace Defender.Evaluator.Behaviors;

/// <summary>
/// The bytes of a behavior: what its <see cref="BehaviorKey"/> is computed from, and how the copy that an open alarm
/// carries is saved. One behavior has one form, so equal bytes are equal behaviors.
/// </summary>
internal static class BehaviorCodec
{
    /// <summary>AWS: consecutiveDatapointsToAlarm and ...ToClear are 1 to 10.</summary>
    public const int MaxConsecutive = 10;

    /// <summary>AWS: the longest BehaviorCriteria.durationSeconds.</summary>
    public const int MaxDurationSeconds = 3600;

    private const byte Static = 0, Statistical = 1, Model = 2;
    private const byte NoDuration = 0;

    /// <summary>Writes the behavior with the switches that have no part in judging.</summary>
    public static void Write(SnapshotWriter writer, Behavior behavior)
    {
        WriteDefinition(writer, behavior);
        writer.Byte((byte)((behavior.SuppressAlerts ? 1 : 0) | (behavior.ExportMetric ? 2 : 0)));
    }

    /// <summary>Writes what decides how the behavior judges: all but <c>suppressAlerts</c> and <c>exportMetric</c>.</summary>
    public static void WriteDefinition(SnapshotWriter writer, Behavior behavior)
    {
        writer.String(behavior.Name);
        writer.String(behavior.Metric.Name);
        writer.Byte((byte)behavior.Metric.Kind);
        writer.Byte((byte)(behavior.MetricDimension is null ? 0 : 1 + (int)behavior.MetricDimension.Operator));
        if (behavior.MetricDimension is not null)
            writer.String(behavior.MetricDimension.DimensionName);
        writer.Number((ulong)behavior.Criteria.ConsecutiveDatapointsToAlarm);
        writer.Number((ulong)behavior.Criteria.ConsecutiveDatapointsToClear);
        switch (behavior.Criteria)
        {
            case StaticCriteria criteria:
                writer.Byte(Static);
                writer.Byte((byte)criteria.Operator);
                writer.Number((ulong)(criteria.DurationSeconds ?? NoDuration));
                MetricValueCodec.Write(writer, criteria.Value);
                break;
            case StatisticalCriteria criteria:
                writer.Byte(Statistical);
                writer.Byte((byte)criteria.Operator);
                writer.Number((ulong)criteria.DurationSeconds);
                writer.Byte((byte)Statistic.All.IndexOf(criteria.Statistic));
                break;
            case ModelCriteria criteria:
                writer.Byte(Model);
                writer.Byte((byte)criteria.ConfidenceLevel);
                break;
            default:
                throw new ArgumentException($"unknown criteria {behavior.Criteria.GetType()}", nameof(behavior));
        }
    }

    /// <summary>
    /// Reads what <see cref="Write"/> wrote. A custom metric comes back as a copy outside any catalog: good for
    /// documents and events, found by name where it is compared.
    /// </summary>
    public static Behavior Read(ref SnapshotReader reader)
    {
        string name = reader.String();
        Metric metric = ReadMetric(ref reader);
        int dimension = reader.Within(0, 1 + (int)DimensionValueOperator.NotIn);
        MetricDimension? metricDimension =
            dimension == 0 ? null : new MetricDimension(reader.String(), (DimensionValueOperator)(dimension - 1));
        int toAlarm = reader.Within(1, MaxConsecutive);
        int toClear = reader.Within(1, MaxConsecutive);
        BehaviorCriteria criteria = ReadCriteria(ref reader) with
        {
            ConsecutiveDatapointsToAlarm = toAlarm,
            ConsecutiveDatapointsToClear = toClear,
        };
        int switches = reader.Within(0, 3);
        return new Behavior(name, metric, criteria)
        {
            MetricDimension = metricDimension,
            SuppressAlerts = (switches & 1) != 0,
            ExportMetric = (switches & 2) != 0,
        };
    }

    private static BehaviorCriteria ReadCriteria(ref SnapshotReader reader)
    {
        switch (reader.Within(Static, Model))
        {
            case Static:
                var comparison = (ComparisonOperator)reader.Within(0, (int)ComparisonOperator.NotInSet);
                int duration = reader.Within(0, MaxDurationSeconds);
                return new StaticCriteria(comparison, MetricValueCodec.Read(ref reader), duration == NoDuration ? null : duration);
            case Statistical:
                var order = (ComparisonOperator)reader.Within(0, (int)ComparisonOperator.GreaterThanEquals);
                int window = reader.Within(1, MaxDurationSeconds);
                return new StatisticalCriteria(order, Statistic.All[reader.Within(0, Statistic.All.Length - 1)], window);
            default:
                return new ModelCriteria((ConfidenceLevel)reader.Within(0, (int)ConfidenceLevel.High));
        }
    }

    private static Metric ReadMetric(ref SnapshotReader reader)
    {
        string name = reader.String();
        var kind = (MetricValueKind)reader.Within(0, (int)MetricValueKind.Strings);
        if (MetricCatalog.BuiltIn.TryGet(name, out Metric? builtIn))
            return builtIn;
        DurationUse duration = kind == MetricValueKind.Number ? DurationUse.WithPercentile : DurationUse.NotAllowed;
        return new Metric(-1, name, MetricSide.Custom, kind, duration);
    }
}
