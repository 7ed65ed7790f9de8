using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;

namespace Defender.Tests;

/// <summary>
/// Reads Prometheus' text exposition format 0.0.4, more strictly than Prometheus does: each family once, HELP and TYPE before its
/// samples, nothing between them, no sample twice, buckets that add up.
/// </summary>
internal static partial class PrometheusMetrics
{
    /// <summary>The samples by name and labels, as they are written.</summary>
    public static Dictionary<string, double> Parse(string text)
    {
        if (!text.EndsWith('\n'))
            throw new FormatException("the last line has no end");
        Dictionary<string, double> samples = [];
        HashSet<string> families = [];
        string family = "", type = "";
        foreach (string line in text.Split('\n')[..^1])
        {
            if (Help().Match(line) is { Success: true } help)
            {
                (family, type) = (help.Groups[1].Value, "");
                if (!families.Add(family))
                    throw new FormatException($"{family} comes twice");
            }
            else if (Type().Match(line) is { Success: true } given)
            {
                if (given.Groups[1].Value != family || type.Length > 0)
                    throw new FormatException($"out of place: {line}");
                type = given.Groups[2].Value;
            }
            else if (Sample().Match(line) is { Success: true } sample)
            {
                string name = sample.Groups[1].Value;
                if (type == "histogram" ? !IsPartOf(name, family) : name != family || type.Length == 0)
                    throw new FormatException($"out of place: {line}");
                if (type == "counter" && !name.EndsWith("_total", StringComparison.Ordinal))
                    throw new FormatException($"a counter without _total: {line}");
                double value = double.Parse(sample.Groups[3].Value, NumberStyles.Float, CultureInfo.InvariantCulture);
                if (!samples.TryAdd(name + sample.Groups[2].Value, value))
                    throw new FormatException($"the same sample again: {line}");
            }
            else
            {
                throw new FormatException($"no line of the format: {line}");
            }
        }

        CheckBuckets(samples);
        return samples;
    }

    private static bool IsPartOf(string name, string family) => name == family + "_bucket" || name == family + "_sum" || name == family + "_count";

    private static void CheckBuckets(Dictionary<string, double> samples)
    {
        foreach (string histogram in samples.Keys.Where(key => key.EndsWith("_count", StringComparison.Ordinal)).Select(key => key[..^"_count".Length]))
        {
            double[] buckets = [.. samples.Where(sample => sample.Key.StartsWith(histogram + "_bucket{le=", StringComparison.Ordinal)).Select(sample => sample.Value)];
            if (!buckets.SequenceEqual(buckets.Order()) || buckets[^1] != samples[histogram + "_count"] || !samples.ContainsKey(histogram + "_bucket{le=\"+Inf\"}"))
                throw new FormatException($"the buckets of {histogram} do not add up");
        }
    }

    [GeneratedRegex(@"^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) \S.*$")]
    private static partial Regex Help();

    [GeneratedRegex("^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)$")]
    private static partial Regex Type();

    [GeneratedRegex("""^([a-zA-Z_:][a-zA-Z0-9_:]*)((?:\{[a-zA-Z_]\w*="(?:[^"\\]|\\["\\n])*"(?:,[a-zA-Z_]\w*="(?:[^"\\]|\\["\\n])*")*\})?) (-?[0-9][0-9.eE+-]*)$""")]
    private static partial Regex Sample();
}
