using System;
using System.Runtime.InteropServices;

namespace Defender.Agent.Linux.Metrics;

/// <summary>A metric of the user's own that stands in a file.</summary>
internal sealed class FileMetricSource(UserMetric metric) : IMetricSource
{
    private readonly KernelFile _file = new();
    private readonly byte[] _path = KernelFile.PathOf(metric.File);
    private readonly byte[] _buffer = new byte[metric.MaxBytes + 1];

    public string Name => metric.Name;

    public string? AddTo(Core.Reports.CustomMetrics metrics)
    {
        if (!_file.TryReadAll(_path, _buffer, out int length))
            return $"{metric.File} cannot be read: {Marshal.GetPInvokeErrorMessage(Libc.LastError)}";
        if (length == 0)
            return $"{metric.File} is empty";

        // A line that was cut is no value.
        if (length > metric.MaxBytes)
            length = _buffer.AsSpan(0, metric.MaxBytes).LastIndexOf((byte)'\n') + 1;
        if (length == 0)
            return $"{metric.File} has no whole line in its first {metric.MaxBytes} bytes";
        return MetricText.AddTo(metrics, Name, metric.Type, _buffer.AsSpan(0, length)) is { } reason ? $"{metric.File} {reason}" : null;
    }
}
