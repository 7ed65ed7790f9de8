using System;

namespace Defender.Agent.Linux.Metrics;

/// <summary>Percent of the memory that programs cannot have any more: 100 less what the kernel calls available.</summary>
internal sealed class MemoryUsageSource(string name, string proc = "/proc") : IMetricSource
{
    private readonly KernelFile _file = new();
    private readonly byte[] _path = KernelFile.PathOf($"{proc}/meminfo");
    private readonly byte[] _buffer = new byte[1024];

    public string Name { get; } = name;

    public string? AddTo(Core.Reports.CustomMetrics metrics)
    {
        if (!_file.TryReadAll(_path, _buffer, out int length))
            return "/proc/meminfo cannot be read";

        ReadOnlySpan<byte> text = _buffer.AsSpan(0, length);
        if (!TryFind(text, "MemTotal:"u8, out long total) || !TryFind(text, "MemAvailable:"u8, out long available) || total <= 0)
            return "/proc/meminfo has no MemTotal or no MemAvailable";
        long tenths = Math.Clamp((((total - available) * 1000) + (total / 2)) / total, 0, 1000);
        return MetricErrors.Explain(metrics.AddNumber(Name, tenths, 1));
    }

    private static bool TryFind(ReadOnlySpan<byte> text, ReadOnlySpan<byte> label, out long kilobytes)
    {
        int at = text.IndexOf(label);
        kilobytes = 0;
        return at >= 0 && new AsciiFields(text[(at + label.Length)..]).TryReadNumber(out kilobytes);
    }
}
