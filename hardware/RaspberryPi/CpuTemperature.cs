using System;
using System.Globalization;
using System.IO;
using System.Linq;
using Defender.Hardware.Sensors;

namespace Defender.Hardware.RaspberryPi;

/// <summary>
/// The temperature of the processor below <c>/sys/class/thermal</c>, in degrees Celsius
/// (Documentation/driver-api/thermal/sysfs-api.rst). Reading needs no rights.
/// </summary>
public sealed class CpuTemperature : ISensor
{
    /// <summary>Where the kernel lists its thermal zones.</summary>
    public const string DefaultRoot = "/sys/class/thermal";

    private const int MaxFileBytes = 64;

    // What may be true of silicon that still runs, in thousandths of a degree.
    private const long Lowest = -60_000, Highest = 200_000;

    private readonly string _path;

    private CpuTemperature(string path) => _path = path;

    public string MetricName => "cpu-temperature";

    public int Decimals => 3;

    /// <summary>The zone of the processor: the one that says so (<c>cpu-thermal</c>, <c>x86_pkg_temp</c>), or else the only one.</summary>
    /// <returns>The sensor, or null where the kernel has none.</returns>
    public static CpuTemperature? Find(string root = DefaultRoot)
    {
        try
        {
            string[] zones = Directory.Exists(root)
                ? [.. Directory.EnumerateDirectories(root, "thermal_zone*").Where(zone => File.Exists(Path.Combine(zone, "temp"))).Order(StringComparer.Ordinal)]
                : [];
            string? zone = zones.FirstOrDefault(IsProcessor) ?? (zones.Length == 1 ? zones[0] : null);
            return zone is null ? null : new CpuTemperature(Path.Combine(zone, "temp"));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public bool TryRead(out long value)
    {
        value = 0;
        try
        {
            return long.TryParse(KernelFile.Read(_path, MaxFileBytes), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)
                && value is >= Lowest and <= Highest;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool IsProcessor(string zone)
    {
        string path = Path.Combine(zone, "type");
        string type = File.Exists(path) ? KernelFile.Read(path, MaxFileBytes) : "";
        return type.Contains("cpu", StringComparison.OrdinalIgnoreCase) || type == "x86_pkg_temp";
    }
}
