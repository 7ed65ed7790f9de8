using System;
using System.Threading.Tasks;
using Xunit;

namespace Defender.Agent.Linux.Tests.CommandLine;

/// <summary>When the agent does not start.</summary>
public sealed class RunVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_does_not_run_as_root()
    {
        CommandLineRun run = await CommandLineRun.OfAsync(isRoot: true, TimeProvider.System, "run", "--thing", "a", "--endpoint", "mqtt://127.0.0.1:1");

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("defender-agent: does not run as root: 'defender-agent install' runs it as a user of its own, --allow-root true does it all the same\n", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_has_nothing_to_do_when_it_is_switched_off()
    {
        string file = _folder.Write("agent.json", "{\"endpoint\":\"h\",\"thing-name\":\"a\",\n\"device-defender\":{\"enabled\":false}}");

        CommandLineRun run = await CommandLineRun.OfAsync("run", "--config", file);

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith($"defender-agent: {file}:2: device-defender.enabled is false: there is nothing to do\n", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_with_mistakes_is_not_run()
    {
        string file = _folder.Write("agent.json", "{\"endpoint\":\"h\",\"thing-name\":\"a\",\"custom-metrics\":{\"uptme\":true}}");

        CommandLineRun run = await CommandLineRun.OfAsync("run", "--config", file);

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith($"defender-agent: {file}:1: custom-metrics.uptme: is no ready-made metric; did you mean 'uptime'?\n", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Collect_has_the_custom_metrics_of_the_configuration()
    {
        string file = _folder.Write("agent.json", """{"custom-metrics":{"uptime":true,"answer":{"type":"number","command":["/bin/echo","42"]}}}""");

        CommandLineRun run = await CommandLineRun.OfAsync("collect", "--once", "--window", "0", "--config", file);

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"""custom_metrics"":\{""uptime"":\[\{""number"":\d+\}\],""answer"":\[\{""number"":42\}\]\}\}\n$", run.Output);
    }
}
