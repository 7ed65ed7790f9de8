using System;
using System.IO;
using System.Threading.Tasks;
using Defender.Agent.Linux.Service;
using Xunit;

namespace Defender.Agent.Linux.Tests.CommandLine;

public sealed class InstallVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Root => Path.Combine(_folder.Path, "root");

    private string Unit => Root + UnitFile.Path;

    [Fact]
    public async Task A_dry_run_shows_the_unit_and_writes_nothing()
    {
        CommandLineRun run = await CommandLineRun.OfAsync("install", "--config", Good(), "--root", Root, "--dry-run");

        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Contains($"would write {Unit}:\n# Written by 'defender-agent install'", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("nothing was done\n", run.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Root));
    }

    [Fact]
    public async Task It_writes_the_unit_below_another_root_and_takes_it_away_again()
    {
        CommandLineRun install = await CommandLineRun.OfAsync("install", "--config", Good(), "--root", Root);

        Assert.True(install.ExitCode == 0, install.Errors);
        Assert.Contains("\nDynamicUser=yes\n", await File.ReadAllTextAsync(Unit), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead, File.GetUnixFileMode(Unit));

        CommandLineRun dry = await CommandLineRun.OfAsync("uninstall", "--root", Root, "--dry-run");
        Assert.Equal($"would remove {Unit}\nnothing was done\n", dry.Output);
        Assert.True(File.Exists(Unit));

        CommandLineRun uninstall = await CommandLineRun.OfAsync("uninstall", "--root", Root);
        Assert.Equal(0, uninstall.ExitCode);
        Assert.False(File.Exists(Unit));
    }

    [Fact]
    public async Task Purging_removes_what_was_kept_and_not_what_a_link_points_to()
    {
        string kept = Path.Combine(Root, "var/lib/private/defender-agent");
        Directory.CreateDirectory(kept);
        File.CreateSymbolicLink(Path.Combine(Root, "var/lib/defender-agent"), "/etc");

        CommandLineRun run = await CommandLineRun.OfAsync("uninstall", "--root", Root, "--purge");

        Assert.Equal(0, run.ExitCode);
        Assert.False(Directory.Exists(kept));
        Assert.False(Path.Exists(Path.Combine(Root, "var/lib/defender-agent")));
        Assert.True(File.Exists("/etc/passwd"));
    }

    [Fact]
    public async Task A_configuration_that_cannot_be_used_is_not_installed()
    {
        string file = _folder.Write("agent.json", """{"endpoint":"h","thing-name":"a","cert":"/not/there.crt","key":"/not/there.key"}""");

        CommandLineRun run = await CommandLineRun.OfAsync("install", "--config", file, "--root", Root);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("/not/there.key is not there", run.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Root));
    }

    [Theory]
    [InlineData("install")]
    [InlineData("uninstall")]
    public async Task This_system_is_changed_by_root_only(string verb)
    {
        string[] arguments = verb == "install" ? ["install", "--config", Good()] : ["uninstall"];

        CommandLineRun run = await CommandLineRun.OfAsync(arguments);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"defender-agent: {verb} changes the system and needs root: sudo defender-agent {verb}; --dry-run does not\n", run.Errors, StringComparison.Ordinal);
    }

    private string Good() => _folder.Write("agent.json", """{"endpoint":"gateway.local","thing-name":"pump-17"}""");
}
