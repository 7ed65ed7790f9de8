using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Reports;
using Defender.Tests;

namespace Defender.Evaluator.Tests.Reports;

/// <summary>The reports of the wire contract: tests/contract/reports, and the guide's where they are at hand.</summary>
internal static class ReportCorpus
{
    /// <summary>custom-metric-definitions.json.</summary>
    public static MetricCatalog Metrics { get; } = ReadDefinitions();

    /// <summary>Expected datapoints by file name, of the guide's reports too.</summary>
    public static JsonElement ExpectedDatapoints { get; } =
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder("valid"), "expected-datapoints.json"))).RootElement;

    public static string Folder(string outcome) => RepositoryFiles.Contract("reports", outcome);

    public static string GuideFolder(string outcome) => RepositoryFiles.Shared("contract", "guide", "reports", outcome);

    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Index(string folder) => Csv.Read(Path.Combine(folder, "index.csv"));

    public static ReportFormat FormatOf(string name) => name switch
    {
        "json" => ReportFormat.Json,
        "cbor" => ReportFormat.Cbor,
        _ => throw new ArgumentException(name, nameof(name)),
    };

    /// <summary>Every payload with the format it is sent in, valid ones first.</summary>
    public static IEnumerable<(string File, ReportFormat Format, byte[] Payload)> All() =>
        from outcome in new[] { "valid", "invalid" }
        from row in Index(Folder(outcome))
        select (row["file"], FormatOf(row["format"]), File.ReadAllBytes(Path.Combine(Folder(outcome), row["file"])));

    private static MetricCatalog ReadDefinitions()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(RepositoryFiles.Contract("reports", "custom-metric-definitions.json")));
        return new MetricCatalog(document.RootElement.GetProperty("customMetrics").EnumerateArray().Select(definition =>
            new CustomMetricDefinition(definition.GetProperty("metricName").GetString()!, KindOf(definition.GetProperty("metricType").GetString()!))));
    }

    private static MetricValueKind KindOf(string metricType) => metricType switch
    {
        "number" => MetricValueKind.Number,
        "number-list" => MetricValueKind.Numbers,
        "string-list" => MetricValueKind.Strings,
        "ip-address-list" => MetricValueKind.Cidrs,
        _ => throw new ArgumentException(metricType, nameof(metricType)),
    };
}
