using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using Defender.Agent.Linux.Metrics;
using Xunit;

namespace Defender.Agent.Linux.Tests.Metrics;

/// <summary>The ready-made metrics over files that a test writes, and over those of this machine.</summary>
public sealed class ProcSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Values _values = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Cpu_usage_is_the_busy_part_of_the_time_between_two_reports()
    {
        CpuUsageSource source = new("cpu-usage", _folder.Path);

        _folder.Write("stat", "cpu  100 10 50 800 40 0 0 0 30 0\ncpu0 1 2 3\n");
        Assert.Null(_values.Read(source));
        Assert.Equal("", _values.Of("cpu-usage"));

        // 125 busy of 1000: iowait (50 of it) is idle time, and guest time is in user already.
        _folder.Write("stat", "cpu  200 10 70 1625 90 2 2 1 999 0\ncpu0 1 2 3\n");
        Assert.Null(_values.Read(source));
        Assert.Equal("""{"number":12.5}""", _values.Of("cpu-usage"));

        // No time has passed.
        Assert.Null(_values.Read(source));
        Assert.Equal("", _values.Of("cpu-usage"));
    }

    [Theory]
    [InlineData("", "/proc/stat does not begin with the times of the processors")]
    [InlineData("intr 5", "/proc/stat does not begin with the times of the processors")]
    [InlineData("cpu  1 2 3", "/proc/stat does not begin with the times of the processors")]
    [InlineData(null, "/proc/stat cannot be read")]
    public void What_is_no_stat_is_a_reason(string? text, string reason)
    {
        if (text is not null)
            _folder.Write("stat", text);

        Assert.Equal(reason, _values.Read(new CpuUsageSource("cpu-usage", _folder.Path)));
    }

    [Fact]
    public void Memory_usage_is_what_is_not_available()
    {
        _folder.Write("meminfo", "MemTotal:        1000000 kB\nMemFree:           10000 kB\nMemAvailable:     749600 kB\n");

        Assert.Null(_values.Read(new MemoryUsageSource("memory-usage", _folder.Path)));
        Assert.Equal("""{"number":25}""", _values.Of("memory-usage"));
    }

    [Theory]
    [InlineData("MemTotal: 0 kB\nMemAvailable: 0 kB\n")]
    [InlineData("MemTotal: 100 kB\n")]
    public void Without_its_lines_meminfo_is_a_reason(string text)
    {
        _folder.Write("meminfo", text);

        Assert.Equal("/proc/meminfo has no MemTotal or no MemAvailable", _values.Read(new MemoryUsageSource("m", _folder.Path)));
    }

    [Fact]
    public void Processes_are_the_numbers_in_proc()
    {
        foreach (string name in new[] { "1", "42", "31337", "self", "sys" })
            Directory.CreateDirectory(Path.Combine(_folder.Path, name));

        Assert.Null(_values.Read(new ProcessCountSource("process-count", _folder.Path)));
        Assert.Equal("""{"number":3}""", _values.Of("process-count"));
    }

    [Fact]
    public void Open_files_are_the_first_number()
    {
        _folder.Write("sys/fs/file-nr", "5727\t0\t9223372036854775807\n");

        Assert.Null(_values.Read(new OpenFilesSource("open-files", _folder.Path)));
        Assert.Equal("""{"number":5727}""", _values.Of("open-files"));
    }

    [Fact]
    public void The_hottest_zone_counts_and_a_sleeping_one_does_not_matter()
    {
        _folder.Write("class/thermal/thermal_zone0/temp", "41250\n");
        _folder.Write("class/thermal/thermal_zone1/temp", "");
        _folder.Write("class/thermal/thermal_zone3/temp", "55549\n");

        Assert.Null(_values.Read(new TemperatureSource("temperature", _folder.Path)));
        Assert.Equal("""{"number":55.5}""", _values.Of("temperature"));
    }

    [Fact]
    public void It_may_freeze()
    {
        _folder.Write("class/thermal/thermal_zone0/temp", "-12060\n");

        Assert.Null(_values.Read(new TemperatureSource("temperature", _folder.Path)));
        Assert.Equal("""{"number":-12.1}""", _values.Of("temperature"));
    }

    [Fact]
    public void Without_a_zone_there_is_no_temperature() =>
        Assert.Equal("no thermal zone of /sys/class/thermal can be read", _values.Read(new TemperatureSource("temperature", _folder.Path)));

    [Fact]
    public void Users_are_counted_while_their_process_is_alive()
    {
        // utmp(5) of this architecture: type, process, and what is not looked at.
        int entry = System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? 400 : 384;
        byte[] utmp = new byte[5 * entry];
        (short Type, int Process)[] entries = [(2, 0), (7, Environment.ProcessId), (7, int.MaxValue), (8, Environment.ProcessId), (7, 1)];
        for (int i = 0; i < entries.Length; i++)
        {
            BitConverter.TryWriteBytes(utmp.AsSpan(i * entry), entries[i].Type);
            BitConverter.TryWriteBytes(utmp.AsSpan((i * entry) + 4), entries[i].Process);
        }

        string file = Path.Combine(_folder.Path, "utmp");
        File.WriteAllBytes(file, utmp);

        Assert.Null(_values.Read(new LoggedInUsersSource("logged-in-users", file)));
        Assert.Equal("""{"number":2}""", _values.Of("logged-in-users"));
    }

    [Fact]
    public void Containers_are_counted_by_their_control_groups()
    {
        string id = new('a', 64);
        string[] groups =
        [
            $"system.slice/docker-{id}.scope/init.scope",
            $"docker/{id}",
            $"machine.slice/libpod-{id}.scope/container",
            $"machine.slice/libpod-conmon-{id}.scope",
            $"kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1.slice/cri-containerd-{id}.scope",
            $"kubepods.slice/kubepods-besteffort.slice/crio-{id}.scope",
            "lxc.payload.web/system.slice",
            "machine.slice/systemd-nspawn@web.service",
            "system.slice/ssh.service",
            $"system.slice/{new string('a', 63)}",
            $"system.slice/{new string('A', 64)}",
        ];
        foreach (string group in groups)
            Directory.CreateDirectory(Path.Combine(_folder.Path, group));
        _folder.Write("cgroup.controllers", "cpu memory pids\n");

        Assert.Null(_values.Read(new ContainerCountSource("containers", _folder.Path)));
        Assert.Equal("""{"number":7}""", _values.Of("containers"));
    }

    [Fact]
    public void With_control_groups_of_version_1_one_tree_is_counted()
    {
        string id = new('b', 64);
        foreach (string controller in new[] { "pids", "memory", "systemd" })
            Directory.CreateDirectory(Path.Combine(_folder.Path, controller, "docker", id));

        Assert.Null(_values.Read(new ContainerCountSource("containers", _folder.Path)));
        Assert.Equal("""{"number":1}""", _values.Of("containers"));
    }

    [Fact]
    public void Disk_usage_is_that_of_df()
    {
        Assert.Null(_values.Read(new DiskUsageSource("disk-usage", "/")));

        DriveInfo drive = new("/");
        double used = drive.TotalSize - drive.TotalFreeSpace;
        double expected = 100 * used / (used + drive.AvailableFreeSpace);
        double percent = JsonDocument.Parse(_values.Of("disk-usage")).RootElement.GetProperty("number").GetDouble();
        Assert.InRange(percent, expected - 0.5, expected + 0.5);
    }

    [Fact]
    public void Uptime_is_that_of_proc()
    {
        double before = double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture);

        Assert.Null(_values.Read(new UptimeSource("uptime")));

        long uptime = JsonDocument.Parse(_values.Of("uptime")).RootElement.GetProperty("number").GetInt64();
        Assert.InRange(uptime, Math.Floor(before) - 1, before + 60);
    }

    [Fact]
    public void Each_ready_made_metric_allocates_nothing_once_it_has_run()
    {
        foreach (BuiltInMetric metric in BuiltInMetrics.All)
        {
            IMetricSource source = metric.Open(metric.Name);
            for (int i = 0; i < 3; i++)
                _values.Read(source);

            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 5; i++)
                _values.Read(source);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

            // A program that starts to listen meanwhile is a text more.
            Assert.True(allocated <= (metric.Type == CustomMetricType.StringList ? 4096 : 0), $"{metric.Name} allocated {allocated} bytes in 5 reports");
        }
    }

    [Fact]
    public void No_ready_made_metric_keeps_a_descriptor()
    {
        IMetricSource[] sources = [.. BuiltInMetrics.All.Select(metric => metric.Open(metric.Name))];
        foreach (IMetricSource source in sources)
            _values.Read(source);

        int Own() => Directory.GetFiles("/proc/self/fd").Count(path => new FileInfo(path).LinkTarget is { } target
            && (target.StartsWith("/proc", StringComparison.Ordinal) || target.StartsWith("/sys", StringComparison.Ordinal)) && !target.EndsWith("/fd", StringComparison.Ordinal));
        int before = Own();
        for (int i = 0; i < 12; i++)
        {
            foreach (IMetricSource source in sources)
                _values.Read(source);
        }

        Assert.InRange(Own(), 0, before + 10);
    }
}
