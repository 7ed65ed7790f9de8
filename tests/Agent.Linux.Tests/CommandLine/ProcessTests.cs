using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Linux.Tests.Delivery;
using Defender.Agent.Linux.Tests.Tls;
using Defender.Mqtt;
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
    public async Task A_report_is_delivered_without_the_thread_pool()
    {
        using TemporaryFolder folder = new();
        using TestAuthority authority = new();
        using AnsweringServer server = new(MqttVersion.V5, authority);
        string value = folder.Write("value", "1");
        // A name is looked up, a file is read and a command is run, each on a thread that ends with it.
        string configuration = folder.Write("agent.json", $$"""
            {"endpoint":"mqtts://localhost:{{server.Port}}","thing-name":"pump-17","root-ca":"{{authority.RootFile}}","tls":{"implementation":"openssl"},
             "allow-root":true,"custom-metrics":{"f":{"type":"number","file":"{{value}}"},"c":{"type":"number","command":["/bin/sh","-c","sleep 0.3; echo 1"] } } }
            """);
        Process process = Start("run", "--config", configuration);
        try
        {
            string lines = "";
            while (!lines.Contains(" 301 ", StringComparison.Ordinal))
                lines += await process.StandardError.ReadLineAsync(_deadline.Token) ?? throw new EndOfStreamException(lines);

            string[] threads = [.. Directory.GetDirectories($"/proc/{process.Id}/task").Select(task => File.ReadAllText(task + "/comm").Trim())];
            Assert.DoesNotContain(threads, name => name.StartsWith(".NET TP", StringComparison.Ordinal));
        }
        finally
        {
            // The server serves it to the end.
            process.Kill();
        }
    }

    [Fact]
    public async Task A_usage_error_exits_with_2()
    {
        // In UTF-8 also where the locale has no such letter.
        Process process = Start("collect", "--nönsense");
        string errors = await process.StandardError.ReadToEndAsync(_deadline.Token);
        await process.WaitForExitAsync(_deadline.Token);

        Assert.Equal(2, process.ExitCode);
        Assert.StartsWith("defender-agent: unknown option '--nönsense'", errors, StringComparison.Ordinal);
    }

    private Process Start(params string[] arguments)
    {
        // A shell that runs the tests in the background has SIGINT ignored, and what it starts inherits that.
        ProcessStartInfo start = new("env", ["--default-signal=INT", "LC_ALL=C", Path.Combine(AppContext.BaseDirectory, "defender-agent"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardErrorEncoding = System.Text.Encoding.UTF8,
        };
        return _process = Process.Start(start)!;
    }
}
