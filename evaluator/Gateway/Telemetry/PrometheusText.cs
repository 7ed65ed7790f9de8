using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Defender.Gateway.Telemetry;

/// <summary>
/// Writes metrics in Prometheus' text exposition format 0.0.4, names as its OpenTelemetry specification makes them of OTel's:
/// underscores, the unit and, for counters, <c>_total</c> behind.
/// </summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static void Write(IEnumerable<MetricFamily> families, TextWriter output)
    {
        foreach (MetricFamily family in families)
            Write(family, output);
    }

    private static void Write(MetricFamily family, TextWriter output)
    {
        string name = NameOf(family);
        output.Write($"# HELP {name} {Escape(family.Description)}\n# TYPE {name} {KindOf(family.Kind)}\n");
        if (family.Histogram is { } histogram)
        {
            Write(name, histogram, output);
            return;
        }

        foreach (MetricPoint point in family.Read())
            output.Write($"{name}{Labels(point.Labels)} {Text(point.Value)}\n");
    }

    private static void Write(string name, LatencyHistogram histogram, TextWriter output)
    {
        long count = 0;
        for (int i = 0; i <= LatencyHistogram.Bounds.Length; i++)
        {
            count += histogram.CountIn(i);
            string end = i < LatencyHistogram.Bounds.Length ? Text(LatencyHistogram.Bounds[i]) : "+Inf";
            output.Write(string.Create(CultureInfo.InvariantCulture, $"{name}_bucket{{le=\"{end}\"}} {count}\n"));
        }

        output.Write(string.Create(CultureInfo.InvariantCulture, $"{name}_sum {Text(histogram.Sum)}\n{name}_count {count}\n"));
    }

    private static string NameOf(MetricFamily family)
    {
        string name = family.Name.Replace('.', '_');
        string unit = family.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        if (!name.EndsWith(unit, StringComparison.Ordinal))
            name += unit;
        return family.Kind == MetricFamilyKind.Counter ? name + "_total" : name;
    }

    private static string KindOf(MetricFamilyKind kind) => kind switch
    {
        MetricFamilyKind.Counter => "counter",
        MetricFamilyKind.Gauge => "gauge",
        _ => "histogram",
    };

    private static string Labels(KeyValuePair<string, object?>[] labels) =>
        labels.Length == 0 ? "" : $"{{{string.Join(',', labels.Select(label => $"{label.Key.Replace('.', '_')}=\"{Escape($"{label.Value}", isLabel: true)}\""))}}}";

    private static string Escape(string text, bool isLabel = false)
    {
        text = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return isLabel ? text.Replace("\"", "\\\"", StringComparison.Ordinal) : text;
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
