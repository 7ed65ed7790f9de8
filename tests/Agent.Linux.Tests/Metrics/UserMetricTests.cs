using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Linux.Metrics;
using Xunit;

namespace Defender.Agent.Linux.Tests.Metrics;

/// <summary>Metrics of the user's own: what commands print and files hold.</summary>
public sealed class UserMetricTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Values _values = new();
    private readonly LogLines _log = new(TimeProvider.System);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_command_prints_the_value()
    {
        await CollectAsync(Shell("echo 42"));

        Assert.Equal("""{"number":42}""", _values.Of("m0"));
    }

    [Fact]
    public async Task It_runs_for_each_report_anew()
    {
        CustomMetricCollector collector = Collector(Shell($"echo x >> {_folder.Path}/runs; wc -l < {_folder.Path}/runs"));
        for (int run = 1; run <= 3; run++)
        {
            Values values = new();
            await collector.PrepareAsync(TimeProvider.System, default);
            collector.AddTo(values.Metrics);
            Assert.Equal($$"""{"number":{{run}}}""", values.Of("m0"));
        }
    }

    [Fact]
    public async Task Its_environment_is_small_and_its_input_empty()
    {
        UserMetric metric = Shell("env -u _ -u PWD -u SHLVL -u OLDPWD | cut -d= -f1 | sort; cat") with { Type = CustomMetricType.StringList };

        await CollectAsync(metric);

        Assert.Equal("""{"string_list":["LC_ALL","PATH"]}""", _values.Of("m0"));
    }

    [Fact]
    public async Task It_has_no_descriptor_of_the_agent()
    {
        string file = _folder.Write("open", "x");
        using FileStream open = new(file, FileMode.Open);

        await CollectAsync(Shell($"ls -l /proc/self/fd | grep {file} | wc -l"));

        Assert.Equal("""{"number":0}""", _values.Of("m0"));
    }

    [Fact]
    public async Task Arguments_are_given_as_they_are()
    {
        UserMetric metric = Metric(["/bin/echo", "a.b", "$HOME", "*"]) with { Type = CustomMetricType.StringList };

        await CollectAsync(metric);

        Assert.Contains("letters, digits", _log.ToString(), StringComparison.Ordinal);
        await CollectAsync(Metric(["/usr/bin/printf", "%s\n", "a b"]) with { Type = CustomMetricType.StringList });
        Assert.Equal("", _values.Of("m0"));
    }

    [Theory]
    [InlineData("exit 3", "/bin/sh ended with exit code 3")]
    [InlineData("echo 1; exit 1", "/bin/sh ended with exit code 1")]
    [InlineData("kill -9 $$", "/bin/sh was ended by signal 9")]
    [InlineData("yes", "prints more than 100 bytes")]
    [InlineData("echo none", "what it prints is no number of at most 15 digits: 'none'")]
    public async Task A_command_that_fails_costs_its_metric_only(string script, string reason)
    {
        await CollectAsync(Shell(script) with { MaxBytes = 100 }, Shell("echo 7"));

        Assert.Equal("", _values.Of("m0"));
        Assert.Equal("""{"number":7}""", _values.Of("m1"));
        Assert.Contains($"warn 600 Custom metric m0 is left out: {reason}", _log.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/bin/not-there", "/bin/not-there cannot be started: No such file or directory")]
    [InlineData("/etc/passwd", "/etc/passwd cannot be started: Permission denied")]
    public async Task A_program_that_cannot_be_started_is_named(string program, string reason)
    {
        await CollectAsync(Metric([program]));

        Assert.Contains(reason, _log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hung_ones_are_ended_together_when_their_time_is_over()
    {
        Stopwatch watch = new();
        watch.Start();

        await CollectAsync([.. Enumerable.Repeat(Shell("sleep 60 & sleep 60") with { Timeout = TimeSpan.FromSeconds(1) }, 8), Shell("echo 7")]);

        // Eight after each other would be eight seconds.
        Assert.InRange(watch.Elapsed.TotalSeconds, 0.9, 5);
        Assert.Equal("""{"number":7}""", _values.Of("m8"));
        Assert.Contains("Custom metric m0 is left out: /bin/sh has not ended within 1 s", _log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_it_leaves_in_the_background_ends_with_it()
    {
        await CollectAsync(Shell($"sleep 300 >/dev/null 2>&1 & echo $! > {_folder.Path}/pid; echo 1"));

        string pid = File.ReadAllText(Path.Combine(_folder.Path, "pid")).Trim();
        await Eventually.TrueAsync(() => !File.Exists($"/proc/{pid}/stat") || File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal), () => $"process {pid} is alive");
        Assert.Equal("""{"number":1}""", _values.Of("m0"));
    }

    [Fact]
    public async Task A_stop_of_the_agent_does_not_wait_for_it()
    {
        CustomMetricCollector collector = Collector(Shell("sleep 30") with { Timeout = TimeSpan.FromSeconds(30) });
        using CancellationTokenSource stop = new();
        Stopwatch watch = new();
        watch.Start();

        Task running = collector.PrepareAsync(TimeProvider.System, stop.Token);
        await stop.CancelAsync();
        await running;

        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10);
    }

    [Fact]
    public async Task Nothing_is_prepared_where_there_are_no_commands()
    {
        CustomMetricCollector collector = new(["uptime"], [], TimeProvider.System, _log.Log);

        Assert.True(collector.PrepareAsync(TimeProvider.System, default).IsCompleted);
        await collector.PrepareAsync(TimeProvider.System, default);
    }

    [Fact]
    public async Task Failures_are_logged_once_in_ten_minutes()
    {
        CustomMetricCollector collector = Collector(Metric([]) with { File = "/not/there" });
        for (int i = 0; i < 5; i++)
        {
            await collector.PrepareAsync(TimeProvider.System, default);
            collector.AddTo(new Values().Metrics);
        }

        Assert.Equal(1, _log.ToString().Split('\n').Count(line => line.Contains(" 600 ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("21.5\n", 16, """{"number":21.5}""")]
    [InlineData("21.5\n22.5\n", 5, """{"number":21.5}""")]
    public async Task A_file_holds_the_value(string text, int maxBytes, string value)
    {
        string file = _folder.Write("value", text);

        await CollectAsync(Metric([]) with { File = file, MaxBytes = maxBytes });

        Assert.Equal(value, _values.Of("m0"));
    }

    [Fact]
    public async Task A_line_that_is_cut_is_no_value()
    {
        string file = _folder.Write("value", "123456");

        await CollectAsync(Metric([]) with { File = file, MaxBytes = 3 });

        Assert.Equal("", _values.Of("m0"));
        Assert.Contains($"{file} has no whole line in its first 3 bytes", _log.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/not/there", "/not/there cannot be read: No such file or directory")]
    [InlineData("/proc", "/proc cannot be read: Is a directory")]
    [InlineData("/dev/null", "/dev/null is empty")]
    public async Task A_file_without_a_value_says_why(string file, string reason)
    {
        await CollectAsync(Metric([]) with { File = file });

        Assert.Contains($"Custom metric m0 is left out: {reason}", _log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_that_a_report_does_not_take_is_told_in_a_whole_sentence()
    {
        await CollectAsync(Shell("echo a=b") with { Type = CustomMetricType.StringList });

        Assert.Contains("left out: what it prints cannot be used: a text of a custom metric has letters, digits and : _ - / . only", _log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipe_without_a_writer_does_not_hold_the_report_up()
    {
        string pipe = Path.Combine(_folder.Path, "pipe");
        using (Process make = Process.Start("mkfifo", pipe))
            await make.WaitForExitAsync();

        await CollectAsync(Metric([]) with { File = pipe });

        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{pipe} is empty"), _log.ToString(), StringComparison.Ordinal);
    }

    private static UserMetric Metric(string[] command) => new() { Name = "m", Type = CustomMetricType.Number, Command = command };

    private static UserMetric Shell(string script) => Metric(["/bin/sh", "-c", script]);

    private CustomMetricCollector Collector(params UserMetric[] metrics) =>
        new([], [.. metrics.Select((metric, i) => metric with { Name = $"m{i}" })], TimeProvider.System, _log.Log);

    private async Task CollectAsync(params UserMetric[] metrics)
    {
        CustomMetricCollector collector = Collector(metrics);
        await collector.PrepareAsync(TimeProvider.System, default);
        _values.Metrics.Clear();
        collector.AddTo(_values.Metrics);
    }
}
