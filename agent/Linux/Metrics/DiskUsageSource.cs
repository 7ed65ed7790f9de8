using System;
using System.IO;

namespace Defender.Agent.Linux.Metrics;

/// <summary>Percent of a file system that is used, of what an ordinary user may use: the Use% of df(1), with a decimal.</summary>
internal sealed class DiskUsageSource(string name, string path = "/") : IMetricSource
{
    private readonly DriveInfo _drive = new(path);

    public string Name { get; } = name;

    public string? AddTo(Core.Reports.CustomMetrics metrics)
    {
        long used;
        long available;
        try
        {
            used = _drive.TotalSize - _drive.TotalFreeSpace;
            available = _drive.AvailableFreeSpace;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return failure.Message;
        }

        // In steps of 4 KiB, so that a petabyte times a thousand stays in range.
        long total = (used + available) >> 12;
        if (total <= 0)
            return "the file system has no size";
        return MetricErrors.Explain(metrics.AddNumber(Name, (((used >> 12) * 1000) + total - 1) / total, 1));
    }
}
