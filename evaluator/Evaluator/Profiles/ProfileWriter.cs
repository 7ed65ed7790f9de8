using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text.Encodings.Web;
using System.Text.Json;
using Defender.Evaluator.Metrics;

namespace Defender.Evaluator.Profiles;

/// <summary>
/// Writes security profiles and their parts as AWS's JSON, members in the order of AWS's model. What a profile does not
/// have is left out; consecutiveDatapointsToAlarm, consecutiveDatapointsToClear and a dimension's operator are always
/// written, flags only when true. What <see cref="ProfileReader"/> reads from it equals what was written.
/// </summary>
public static class ProfileWriter
{
    // Documents are never put into HTML as they are: < and letters of all scripts stay readable.
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>The document that CreateSecurityProfile takes (the form of <c>--cli-input-json</c>), UTF-8.</summary>
    public static byte[] ToUtf8Json(SecurityProfile profile, bool indented = false) => ToUtf8Json(writer => Write(writer, profile), indented);

    /// <summary>A Behavior as a document of its own, UTF-8.</summary>
    public static byte[] ToUtf8Json(Behavior behavior) => ToUtf8Json(writer => Write(writer, behavior));

    /// <summary>A MetricValue as a document of its own, UTF-8.</summary>
    public static byte[] ToUtf8Json(MetricValue value) => ToUtf8Json(writer => Write(writer, value));

    /// <summary>The document that CreateSecurityProfile takes, as one object.</summary>
    public static void Write(Utf8JsonWriter writer, SecurityProfile profile)
    {
        writer.WriteStartObject();
        writer.WriteString("securityProfileName", profile.Name);
        WriteDefinition(writer, profile);
        WriteTags(writer, profile.Tags);
        WriteExportConfig(writer, profile.MetricsExportConfig);
        writer.WriteEndObject();
    }

    /// <summary>
    /// The members that DescribeSecurityProfile and UpdateSecurityProfile return of a profile, without its name and tags,
    /// into an object that is open.
    /// </summary>
    public static void WriteMembers(Utf8JsonWriter writer, SecurityProfile profile)
    {
        WriteDefinition(writer, profile);
        WriteExportConfig(writer, profile.MetricsExportConfig);
    }

    /// <summary>A Behavior, as in a profile and in a violation.</summary>
    public static void Write(Utf8JsonWriter writer, Behavior behavior)
    {
        writer.WriteStartObject();
        writer.WriteString("name", behavior.Name);
        writer.WriteString("metric", behavior.Metric.Name);
        WriteDimension(writer, behavior.MetricDimension);
        writer.WritePropertyName("criteria");
        Write(writer, behavior.Criteria);
        WriteFlag(writer, "suppressAlerts", behavior.SuppressAlerts);
        WriteFlag(writer, "exportMetric", behavior.ExportMetric);
        writer.WriteEndObject();
    }

    /// <summary>A BehaviorCriteria.</summary>
    public static void Write(Utf8JsonWriter writer, BehaviorCriteria criteria)
    {
        writer.WriteStartObject();
        switch (criteria)
        {
            case StaticCriteria fixedValue:
                writer.WriteString("comparisonOperator", fixedValue.Operator.ToWireName());
                writer.WritePropertyName("value");
                Write(writer, fixedValue.Value);
                if (fixedValue.DurationSeconds is { } seconds)
                    writer.WriteNumber("durationSeconds", seconds);
                WriteConsecutive(writer, criteria);
                break;
            case StatisticalCriteria percentile:
                writer.WriteString("comparisonOperator", percentile.Operator.ToWireName());
                writer.WriteNumber("durationSeconds", percentile.DurationSeconds);
                WriteConsecutive(writer, criteria);
                writer.WriteStartObject("statisticalThreshold");
                writer.WriteString("statistic", percentile.Statistic.Name);
                writer.WriteEndObject();
                break;
            case ModelCriteria model:
                WriteConsecutive(writer, criteria);
                writer.WriteStartObject("mlDetectionConfig");
                writer.WriteString("confidenceLevel", model.ConfidenceLevel.ToWireName());
                writer.WriteEndObject();
                break;
        }

        writer.WriteEndObject();
    }

    /// <summary>A MetricValue: an object of exactly one member.</summary>
    public static void Write(Utf8JsonWriter writer, MetricValue value)
    {
        writer.WriteStartObject();
        writer.WritePropertyName(value.Kind.ToWireName());
        switch (value.Kind)
        {
            case MetricValueKind.Count:
                writer.WriteNumberValue(value.Count);
                break;
            case MetricValueKind.Number:
                writer.WriteNumberValue(value.Number);
                break;
            default:
                writer.WriteStartArray();
                foreach (int port in value.Ports)
                    writer.WriteNumberValue(port);
                foreach (string cidr in value.Cidrs)
                    writer.WriteStringValue(cidr);
                foreach (double number in value.Numbers)
                    writer.WriteNumberValue(number);
                foreach (string text in value.Strings)
                    writer.WriteStringValue(text);
                writer.WriteEndArray();
                break;
        }

        writer.WriteEndObject();
    }

    private static byte[] ToUtf8Json(Action<Utf8JsonWriter> write, bool indented = false)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = Encoder, Indented = indented, NewLine = "\n" }))
            write(writer);
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteDefinition(Utf8JsonWriter writer, SecurityProfile profile)
    {
        if (profile.Description is not null)
            writer.WriteString("securityProfileDescription", profile.Description);
        if (!profile.Behaviors.IsEmpty)
        {
            writer.WriteStartArray("behaviors");
            foreach (Behavior behavior in profile.Behaviors)
                Write(writer, behavior);
            writer.WriteEndArray();
        }

        if (profile.SnsAlertTarget is { } target)
        {
            writer.WriteStartObject("alertTargets");
            writer.WriteStartObject("SNS");
            writer.WriteString("alertTargetArn", target.AlertTargetArn);
            writer.WriteString("roleArn", target.RoleArn);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        if (profile.AdditionalMetricsToRetain.IsEmpty)
            return;
        writer.WriteStartArray("additionalMetricsToRetainV2");
        foreach (MetricToRetain retained in profile.AdditionalMetricsToRetain)
        {
            writer.WriteStartObject();
            writer.WriteString("metric", retained.Metric.Name);
            WriteDimension(writer, retained.MetricDimension);
            WriteFlag(writer, "exportMetric", retained.ExportMetric);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteTags(Utf8JsonWriter writer, IReadOnlyCollection<KeyValuePair<string, string>> tags)
    {
        if (tags.Count == 0)
            return;
        writer.WriteStartArray("tags");
        foreach ((string key, string value) in tags)
        {
            writer.WriteStartObject();
            writer.WriteString("Key", key);
            writer.WriteString("Value", value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteExportConfig(Utf8JsonWriter writer, MetricsExportConfig? config)
    {
        if (config is null)
            return;
        writer.WriteStartObject("metricsExportConfig");
        writer.WriteString("mqttTopic", config.MqttTopic);
        writer.WriteString("roleArn", config.RoleArn);
        writer.WriteEndObject();
    }

    private static void WriteDimension(Utf8JsonWriter writer, MetricDimension? dimension)
    {
        if (dimension is null)
            return;
        writer.WriteStartObject("metricDimension");
        writer.WriteString("dimensionName", dimension.DimensionName);
        writer.WriteString("operator", dimension.Operator.ToWireName());
        writer.WriteEndObject();
    }

    private static void WriteConsecutive(Utf8JsonWriter writer, BehaviorCriteria criteria)
    {
        writer.WriteNumber("consecutiveDatapointsToAlarm", criteria.ConsecutiveDatapointsToAlarm);
        writer.WriteNumber("consecutiveDatapointsToClear", criteria.ConsecutiveDatapointsToClear);
    }

    private static void WriteFlag(Utf8JsonWriter writer, string name, bool value)
    {
        if (value)
            writer.WriteBoolean(name, value);
    }
}
