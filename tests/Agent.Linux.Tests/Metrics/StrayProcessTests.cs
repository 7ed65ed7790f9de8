using System;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace Defender.Agent.Linux.Tests.Metrics;

/// <summary>What a command leaves behind outside of its process group does not outlive it. As a process of its own: the tests' has children.</summary>
public sealed class StrayProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    // In a session of its own; the command ends.
    [InlineData("setsid sleep 300 >/dev/null 2>&1 & echo $! > {0}; sleep 0.1; echo 1")]
    // In a session of its own, and the command's time is over.
    [InlineData("setsid sleep 300 & echo $! > {0}; sleep 300")]
    // As a daemon: its parent has ended, and that one's too.
    [InlineData("setsid sh -c '(setsid sh -c \"echo \\$\\$ > {0}; exec sleep 300\" &) ; exit' >/dev/null 2>&1 </dev/null; sleep 0.3; echo 1")]
    // One that has a child in another session in its turn.
    [InlineData("setsid sh -c 'setsid sleep 300 & echo $! > {0}; sleep 300' >/dev/null 2>&1 & sleep 0.3; echo 1")]
    public async Task It_ends_when_the_commands_of_the_report_are_done(string script)
    {
        string pid = Path.Combine(_folder.Path, "pid");
        string configuration = Configuration(script.Replace("{0}", pid, StringComparison.Ordinal));

        using Process agent = Start(Path.Combine(AppContext.BaseDirectory, "defender-agent"), "collect", "--once", "--window", "0", "--config", configuration);
        await EndAsync(agent);

        Assert.Equal(0, agent.ExitCode);
        AssertEnded(File.ReadAllText(pid).Trim());
    }

    [Fact]
    public async Task Children_of_a_script_that_became_the_agent_are_left_alone()
    {
        string pid = Path.Combine(_folder.Path, "pid");
        string configuration = Configuration("echo 1");

        using Process agent = Start(
            "/bin/sh", "-c", $"sleep 300 >/dev/null 2>&1 & echo $! > {pid}; exec \"$0\" \"$@\"",
            Path.Combine(AppContext.BaseDirectory, "defender-agent"), "collect", "--once", "--window", "0", "--config", configuration);
        await EndAsync(agent);

        using Process sleeper = Process.GetProcessById(int.Parse(File.ReadAllText(pid), System.Globalization.CultureInfo.InvariantCulture));
        Assert.False(sleeper.HasExited);
        sleeper.Kill();
    }

    private static void AssertEnded(string pid) =>
        Assert.False(File.Exists($"/proc/{pid}/stat") && !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal), $"process {pid} is alive");

    private static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    private static async Task EndAsync(Process process)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(30));
        await process.StandardOutput.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
    }

    private string Configuration(string script) => _folder.Write(
        "agent.json",
        """{"custom-metrics":{"own":{"type":"number","command":["/bin/sh","-c",SCRIPT],"timeout":1}}}"""
            .Replace("SCRIPT", System.Text.Json.JsonSerializer.Serialize(script), StringComparison.Ordinal));
}
