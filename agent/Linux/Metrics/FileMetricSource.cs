using System;

namespace Defender.Agent.Linux.Metrics;

/// <summary>A metric of the user's own that stands in a file; the file has been read before.</summary>
internal sealed class FileMetricSource(UserMetric metric, MetricFile file, FileReader reader) : IMetricSource
{
    public string Name => metric.Name;

    public string? AddTo(Core.Reports.CustomMetrics metrics)
    {
        if (file.TryGet(reader.Round, out ReadOnlySpan<byte> content) is { } failure)
            return failure;

        // A line that was cut is no value.
        if (content.Length > metric.MaxBytes)
            content = content[..(content[..metric.MaxBytes].LastIndexOf((byte)'\n') + 1)];
        if (content.IsEmpty)
            return $"{metric.File} has no whole line in its first {metric.MaxBytes} bytes";
        return MetricText.AddTo(metrics, Name, metric.Type, content) is { } reason ? $"{metric.File} {reason}" : null;
    }
}
