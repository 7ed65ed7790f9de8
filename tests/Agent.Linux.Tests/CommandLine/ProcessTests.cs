using System;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace Defender.Agent.Linux.Tests.CommandLine;

/// <summary>The executable as a process: what only signals and pipes can show.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(30));
    private Process? _process;

    public void Dispose()
    {
        if (_process is { HasExited: false })
            _process.Kill();
        _process?.Dispose();
        _deadline.Dispose();
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_ends_run_with_0_while_the_gateway_is_away(string signal)
    {
        Process process = Start("run", "--thing", "pump-17", "--endpoint", "mqtt://127.0.0.1:1", "--allow-root", "true");
        string? line;
        do
        {
            line = await process.StandardError.ReadLineAsync(_deadline.Token);
        }
        while (line is not null && !line.Contains(" 201 ", StringComparison.Ordinal));

        using Process kill = Process.Start("kill", ["-" + signal, $"{process.Id}"]);
        await process.WaitForExitAsync(_deadline.Token);

        Assert.EndsWith(" No connection to mqtt://127.0.0.1:1: Connection refused. Trying on; next word in a minute", line, StringComparison.Ordinal);
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task Collect_ends_with_0_when_the_reader_of_its_pipe_is_gone()
    {
        Process process = Start("collect", "--interval", "1s", "--window", "0");
        string? line = await process.StandardOutput.ReadLineAsync(_deadline.Token);

        process.StandardOutput.Close();
        await process.WaitForExitAsync(_deadline.Token);

        Assert.StartsWith("{\"header\":", line, StringComparison.Ordinal);
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task A_usage_error_exits_with_2()
    {
        Process process = Start("collect", "--nonsense");
        string errors = await process.StandardError.ReadToEndAsync(_deadline.Token);
        await process.WaitForExitAsync(_deadline.Token);

        Assert.Equal(2, process.ExitCode);
        Assert.StartsWith("defender-agent: unknown option '--nonsense'", errors, StringComparison.Ordinal);
    }

    private Process Start(params string[] arguments)
    {
        // A shell that runs the tests in the background has SIGINT ignored, and what it starts inherits that.
        ProcessStartInfo start = new("env", ["--default-signal=INT", Path.Combine(AppContext.BaseDirectory, "defender-agent"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return _process = Process.Start(start)!;
    }
}
