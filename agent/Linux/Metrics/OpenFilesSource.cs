using System;

namespace Defender.Agent.Linux.Metrics;

/// <summary>Open files of the whole system: the first number of /proc/sys/fs/file-nr.</summary>
internal sealed class OpenFilesSource(string name, string proc = "/proc") : IMetricSource
{
    private readonly KernelFile _file = new();
    private readonly byte[] _path = KernelFile.PathOf($"{proc}/sys/fs/file-nr");
    private readonly byte[] _buffer = new byte[128];

    public string Name { get; } = name;

    public string? AddTo(Core.Reports.CustomMetrics metrics)
    {
        if (!_file.TryReadAll(_path, _buffer, out int length))
            return "/proc/sys/fs/file-nr cannot be read";
        if (!new AsciiFields(_buffer.AsSpan(0, length)).TryReadNumber(out long count))
            return "/proc/sys/fs/file-nr has no number";
        return MetricErrors.Explain(metrics.AddNumber(Name, count, 0));
    }
}
