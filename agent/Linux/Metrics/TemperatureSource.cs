using System;
using System.Buffers.Text;

namespace Defender.Agent.Linux.Metrics;

/// <summary>The temperature of the hottest thermal zone, in degrees Celsius.</summary>
internal sealed class TemperatureSource(string name, string sys = "/sys") : IMetricSource
{
    // Zones are numbered; one that was removed leaves a gap.
    private const int MaxZones = 32;

    private readonly KernelFile _file = new();
    private readonly byte[][] _paths = PathsBelow(sys);
    private readonly byte[] _buffer = new byte[32];

    public string Name { get; } = name;

    public string? AddTo(Core.Reports.CustomMetrics metrics)
    {
        long hottest = long.MinValue;
        foreach (byte[] path in _paths)
        {
            // A zone whose sensor sleeps cannot be read for a while; the others count. Thousandths of a degree (thermal/sysfs-api).
            if (_file.TryReadAll(path, _buffer, out int length) && Utf8Parser.TryParse(_buffer.AsSpan(0, length), out long thousandths, out _))
                hottest = Math.Max(hottest, thousandths);
        }

        if (hottest == long.MinValue)
            return "no thermal zone of /sys/class/thermal can be read";
        // Half of a tenth goes away from zero.
        long tenths = (hottest + (hottest < 0 ? -50 : 50)) / 100;
        return MetricErrors.Explain(metrics.AddNumber(Name, tenths, 1));
    }

    private static byte[][] PathsBelow(string sys)
    {
        byte[][] paths = new byte[MaxZones][];
        for (int i = 0; i < MaxZones; i++)
            paths[i] = KernelFile.PathOf($"{sys}/class/thermal/thermal_zone{i}/temp");
        return paths;
    }
}
