using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Reports;

namespace Defender.Evaluator.Tests.Reports;

/// <summary>
/// What a report says, as lines that can be compared: <c>aws:listening-tcp-ports ports 22 443</c>. Sets are sorted, as are
/// lines, since neither has an order in the contract; numbers keep theirs.
/// </summary>
internal static class ReportText
{
    public static string Of(Report report)
    {
        var lines = new List<string>();
        foreach (Datapoint datapoint in report.Datapoints.Datapoints)
        {
            MetricValue value = report.Datapoints.ToMetricValue(datapoint);
            lines.Add(Line(datapoint.Metric.Name, value.Kind.ToString(), value.Kind switch
            {
                MetricValueKind.Count => [Text(value.Count)],
                MetricValueKind.Number => [Text(value.Number)],
                MetricValueKind.Ports => value.Ports.Select(port => Text(port)),
                MetricValueKind.Numbers => value.Numbers.Select(Text),
                MetricValueKind.Cidrs => value.Cidrs,
                _ => value.Strings,
            }));
        }

        foreach (DroppedMetric dropped in report.Dropped)
            lines.Add($"dropped {Encoding.ASCII.GetString(report.NameOf(dropped))}");
        return Join(report.HasReportId ? report.ReportId : null, lines);
    }

    /// <summary>An entry of expected-datapoints.json.</summary>
    public static string Of(JsonElement expected)
    {
        var lines = new List<string>();
        foreach (JsonProperty datapoint in expected.GetProperty("datapoints").EnumerateObject())
        {
            JsonProperty value = datapoint.Value.EnumerateObject().Single();
            lines.Add(Line(datapoint.Name, value.Name, value.Value.ValueKind == JsonValueKind.Array
                ? value.Value.EnumerateArray().Select(TextOf)
                : [TextOf(value.Value)]));
        }

        lines.AddRange(expected.GetProperty("dropped").EnumerateArray().Select(name => $"dropped {name.GetString()}"));
        return Join(expected.GetProperty("reportId").GetInt64(), lines);
    }

    private static string TextOf(JsonElement value) => value.ValueKind == JsonValueKind.String
        ? value.GetString()!
        : value.TryGetInt64(out long whole) ? Text(whole) : Text(value.GetDouble());

    private static string Text(double number) =>
        number == Math.Truncate(number) && Math.Abs(number) < 1L << 53 ? Text((long)number) : number.ToString("R", CultureInfo.InvariantCulture);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Line(string metric, string kind, IEnumerable<string> members)
    {
        string kindName = kind.ToLowerInvariant();
        if (kindName is "ports" or "cidrs" or "strings")
            members = members.Order(StringComparer.Ordinal);
        return $"{metric} {kindName} {string.Join(' ', members)}";
    }

    private static string Join(long? reportId, List<string> lines) =>
        string.Join('\n', lines.Order(StringComparer.Ordinal).Prepend($"report {reportId?.ToString(CultureInfo.InvariantCulture) ?? "?"}"));
}
