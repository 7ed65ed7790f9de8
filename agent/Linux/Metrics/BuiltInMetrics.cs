using System;

namespace Defender.Agent.Linux.Metrics;

/// <summary>The ready-made custom metrics. The documentation's table is this one.</summary>
internal static class BuiltInMetrics
{
    public const string ListeningProcesses = "listening-processes";

    public static BuiltInMetric[] All { get; } =
    [
        new("process-count", CustomMetricType.Number, "processes", "Processes, kernel threads included", false, true, name => new ProcessCountSource(name)),
        new("cpu-usage", CustomMetricType.Number, "percent, 1 decimal", "Busy time of all processors since the report before; not in the first report", true, false, name => new CpuUsageSource(name)),
        new("memory-usage", CustomMetricType.Number, "percent, 1 decimal", "Memory that is not available to programs", true, false, name => new MemoryUsageSource(name)),
        new("disk-usage", CustomMetricType.Number, "percent, 1 decimal", "Used part of the file system of /, as df counts it", false, false, name => new DiskUsageSource(name)),
        new("logged-in-users", CustomMetricType.Number, "sessions", "Sessions in utmp whose process is alive, as who counts them", false, false, name => new LoggedInUsersSource(name)),
        new("open-files", CustomMetricType.Number, "files", "Files that are open in the whole system", true, false, name => new OpenFilesSource(name)),
        new("containers", CustomMetricType.Number, "containers", "Running containers, by their control groups", false, false, name => new ContainerCountSource(name)),
        new("temperature", CustomMetricType.Number, "degrees Celsius, 1 decimal", "The hottest thermal zone", false, false, name => new TemperatureSource(name)),
        new("uptime", CustomMetricType.Number, "seconds", "Time since the system started", false, false, name => new UptimeSource(name)),
        new(ListeningProcesses, CustomMetricType.StringList, "PORT/tcp:PROGRAM, PORT/udp:PROGRAM", "Who listens where; `unknown` where rights do not reach", false, true, name => new ListeningProcessesSource(name)),
    ];

    public static string[] Names { get; } = Array.ConvertAll(All, metric => metric.Name);

    public static BuiltInMetric? Find(string name) => Array.Find(All, metric => metric.Name == name);
}
