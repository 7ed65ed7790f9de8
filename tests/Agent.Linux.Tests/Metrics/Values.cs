using System;
using System.Text;
using System.Text.Json;
using Defender.Agent.Core.Reports;
using Defender.Agent.Linux.Metrics;

namespace Defender.Agent.Linux.Tests.Metrics;

/// <summary>The custom metrics of a report, as they go out.</summary>
internal sealed class Values
{
    private readonly Report _report = new(maxPorts: 0, maxConnections: 0);
    private readonly byte[] _payload = new byte[Report.MaxBytes];

    public CustomMetrics Metrics => _report.CustomMetrics;

    /// <summary>Begins a report, and gives the source its turn.</summary>
    /// <returns>Why the metric is left out; null when it is not.</returns>
    public string? Read(IMetricSource source)
    {
        _report.Begin(1);
        return source.AddTo(_report.CustomMetrics);
    }

    /// <summary>The value of a metric as JSON; "" when the report has none of that name.</summary>
    public string Of(string name)
    {
        if (!new ReportWriter(ReportFormat.Json, ReportNames.Long).TryWrite(_report, _payload, 0, _payload.Length, out int length))
            throw new InvalidOperationException("the report does not fit");
        using JsonDocument document = JsonDocument.Parse(_payload.AsMemory(0, length));
        return document.RootElement.TryGetProperty("custom_metrics", out JsonElement metrics) && metrics.TryGetProperty(name, out JsonElement metric)
            ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(metric[0].GetRawText()))
            : "";
    }
}
