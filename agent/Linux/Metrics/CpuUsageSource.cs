using System;

namespace Defender.Agent.Linux.Metrics;

/// <summary>
/// Percent of the time since the last report in which the processors, all together, were busy. The first report has none, as
/// there is nothing to count from.
/// </summary>
internal sealed class CpuUsageSource(string name, string proc = "/proc") : IMetricSource
{
    // proc_stat(5): user nice system idle iowait irq softirq steal; guest times are in user and nice already.
    private const int Columns = 8;
    private const int Idle = 3;
    private const int IoWait = 4;

    private readonly KernelFile _file = new();
    private readonly byte[] _path = KernelFile.PathOf($"{proc}/stat");
    private readonly byte[] _buffer = new byte[512];
    private long _lastBusy = -1;
    private long _lastTotal;

    public string Name { get; } = name;

    public string? AddTo(Core.Reports.CustomMetrics metrics)
    {
        if (!_file.TryReadAll(_path, _buffer, out int length))
            return "/proc/stat cannot be read";
        if (!TryParse(_buffer.AsSpan(0, length), out long busy, out long total))
            return "/proc/stat does not begin with the times of the processors";

        long busyDelta = busy - _lastBusy;
        long totalDelta = total - _lastTotal;
        bool isFirst = _lastBusy < 0;
        _lastBusy = busy;
        _lastTotal = total;

        // iowait may go back (proc_stat(5)), and two reports may fall into one tick.
        if (isFirst || totalDelta <= 0)
            return null;
        long tenths = Math.Clamp(((busyDelta * 1000) + (totalDelta / 2)) / totalDelta, 0, 1000);
        return MetricErrors.Explain(metrics.AddNumber(Name, tenths, 1));
    }

    private static bool TryParse(ReadOnlySpan<byte> text, out long busy, out long total)
    {
        busy = 0;
        total = 0;
        if (!text.StartsWith("cpu "u8))
            return false;

        AsciiFields fields = new(text[4..]);
        for (int i = 0; i < Columns; i++)
        {
            if (!fields.TryReadNumber(out long ticks))
                return false;
            total += ticks;
            if (i is not (Idle or IoWait))
                busy += ticks;
        }

        return true;
    }
}
