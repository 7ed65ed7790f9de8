using System;

namespace Defender.Agent.Linux.Metrics;

/// <summary>Processes, kernel threads included: the numbers among the names in /proc.</summary>
internal sealed class ProcessCountSource(string name, string proc = "/proc") : IMetricSource
{
    private readonly byte[] _path = KernelFile.PathOf(proc);
    private readonly DirectoryEntries _entries = new();

    public string Name { get; } = name;

    public string? AddTo(Core.Reports.CustomMetrics metrics)
    {
        if (!_entries.TryOpen(_path))
            return "/proc cannot be read";

        long count = 0;
        while (_entries.TryRead(out ReadOnlySpan<byte> entry, out _))
        {
            if (entry[0] is >= (byte)'0' and <= (byte)'9')
                count++;
        }

        return MetricErrors.Explain(metrics.AddNumber(Name, count, 0));
    }
}
