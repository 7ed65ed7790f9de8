using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Linux.CommandLine;
using Defender.Agent.Linux.Tests.CommandLine;
using Xunit;

namespace Defender.Agent.Linux.Tests.Diagnosis;

/// <summary>A configuration that others may read and that holds a password, or that others may write.</summary>
public sealed class ConfigurationAccessTests : IDisposable
{
    private const string WithPassword = """{"endpoint":"mqtt://127.0.0.1:1","thing-name":"a","mqtt":{"user-name":"u","password":"hunter2"}}""";
    private const string Without = """{"endpoint":"mqtt://127.0.0.1:1","thing-name":"a"}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(WithPassword, "644", "every user may read {0}, and it holds a password")]
    [InlineData(WithPassword, "666", "every user may write {0}, and so decide where reports go and what the agent runs")]
    [InlineData(Without, "646", "every user may write {0}, and so decide where reports go and what the agent runs")]
    [InlineData(WithPassword, "640", "")]
    [InlineData(WithPassword, "600", "")]
    [InlineData(Without, "644", "")]
    public async Task Check_doctor_and_run_say_it_with_what_mends_it(string json, string mode, string warning)
    {
        string file = _folder.Write("agent.json", json);
        File.SetUnixFileMode(file, (UnixFileMode)Convert.ToInt32(mode, 8));
        string link = Path.Combine(_folder.Path, "link.json");
        File.CreateSymbolicLink(link, file);
        string expected = warning.Replace("{0}", link, StringComparison.Ordinal);

        CommandLineRun check = await CommandLineRun.OfAsync("config", "check", link);
        CommandLineRun doctor = await CommandLineRun.OfAsync("doctor", "--config", link);
        string log = await RunUntilAwayAsync(link);

        Assert.Equal(0, check.ExitCode);
        Assert.DoesNotContain("hunter2", check.Output + check.Errors + doctor.Output + doctor.Errors + log, StringComparison.Ordinal);
        if (warning.Length == 0)
        {
            Assert.DoesNotContain("every user", check.Output + doctor.Output + log, StringComparison.Ordinal);
            return;
        }

        Assert.Contains($"warning: {expected}; mend: chmod o-rw {link}\n", check.Output, StringComparison.Ordinal);
        Assert.Contains($"warning configuration {expected}\n                      mend: chmod o-rw {link}\n", doctor.Output, StringComparison.Ordinal);
        Assert.Contains($" warn 702 E{expected[1..]}: chmod o-rw {link}\n", log, StringComparison.Ordinal);
    }

    // The first attempt to connect is made after the start has said all it has to say.
    private static async Task<string> RunUntilAwayAsync(string file)
    {
        using CancellationTokenSource stop = new(TimeSpan.FromSeconds(30));
        using StoppingWriter log = new(stop);
        await new Application(Stream.Null, log, TimeProvider.System, new AgentProcess("", isRoot: false)).RunAsync(["run", "--config", file], stop.Token);
        return log.ToString();
    }

    [Fact]
    public async Task A_password_of_the_environment_is_not_in_the_file()
    {
        string file = _folder.Write("agent.json", Without);
        File.SetUnixFileMode(file, (UnixFileMode)Convert.ToInt32("644", 8));

        CommandLineRun check = await CommandLineRun.OfAsync("config", "check", file, "--user-name", "u");

        Assert.DoesNotContain("warning", check.Output, StringComparison.Ordinal);
    }

    private sealed class StoppingWriter(CancellationTokenSource stop) : StringWriter
    {
        public override void WriteLine(char[] buffer, int index, int count)
        {
            base.WriteLine(buffer, index, count);
            if (new string(buffer, index, count).Contains(" 201 ", StringComparison.Ordinal))
                stop.Cancel();
        }
    }
}
