using System;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Linux.CommandLine;

namespace Defender.Agent.Linux.Tests.CommandLine;

/// <summary>A command line that has run: exit code and what it printed.</summary>
internal sealed record CommandLineRun(int ExitCode, string Output, string Errors)
{
    /// <summary>Where a build lies that is to be installed; not where tests run.</summary>
    public const string Executable = "/opt/defender-agent/defender-agent";

    public static Task<CommandLineRun> OfAsync(params string[] arguments) => OfAsync(isRoot: false, TimeProvider.System, arguments);

    public static async Task<CommandLineRun> OfAsync(bool isRoot, TimeProvider timeProvider, params string[] arguments)
    {
        using MemoryStream output = new();
        using StringWriter errors = new();
        using CancellationTokenSource stop = new(TimeSpan.FromSeconds(30));
        int exitCode = await new Application(output, errors, timeProvider, new AgentProcess(Executable, isRoot)).RunAsync(arguments, stop.Token);
        return new CommandLineRun(exitCode, Encoding.UTF8.GetString(output.ToArray()), errors.ToString());
    }
}
