using System;
using System.IO;
using System.Threading.Tasks;
using Defender.Agent.Linux.Service;
using Defender.Agent.Linux.Tests.Tls;
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
        MakeImage();

        CommandLineRun run = await CommandLineRun.OfAsync("install", "--root", Root, "--dry-run");

        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Contains($"would write {Unit}:\n# Written by 'defender-agent install'", run.Output, StringComparison.Ordinal);
        Assert.EndsWith($"would link {Root + UnitFile.Wanted} to {UnitFile.Path}\nnothing was done\n", run.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Root + "/etc/systemd"));
    }

    [Theory]
    [InlineData("/etc/defender-agent/agent.json")]
    [InlineData("{0}/etc/defender-agent/agent.json")]
    public async Task It_writes_the_unit_into_an_image_with_the_paths_of_the_image_and_takes_it_away_again(string configuration)
    {
        MakeImage();

        CommandLineRun install = await CommandLineRun.OfAsync(
            "install", "--config", configuration.Replace("{0}", Root, StringComparison.Ordinal), "--root", Root + "/");

        Assert.True(install.ExitCode == 0, install.Errors);
        string unit = await File.ReadAllTextAsync(Unit);
        Assert.Contains("\nDynamicUser=yes\n", unit, StringComparison.Ordinal);
        Assert.Contains("\nExecStart=/usr/bin/defender-agent run ", unit, StringComparison.Ordinal);
        Assert.Contains("\nLoadCredential=agent.json:/etc/defender-agent/agent.json\n", unit, StringComparison.Ordinal);
        Assert.Contains("\nLoadCredential=root-ca:/etc/defender-agent/ca.crt\n", unit, StringComparison.Ordinal);
        Assert.DoesNotContain(Root, unit, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead, File.GetUnixFileMode(Unit));
        Assert.Equal(UnitFile.Path, new FileInfo(Root + UnitFile.Wanted).LinkTarget);

        Directory.CreateDirectory(Root + "/var/lib/private/defender-agent");
        CommandLineRun dry = await CommandLineRun.OfAsync("uninstall", "--root", Root, "--dry-run");
        Assert.Equal(
            $"""
            would remove {Root}{UnitFile.Wanted}
            would remove {Unit}
            {Root}/usr/local/bin/defender-agent is not there
            would keep {Root}/var/lib/private/defender-agent: kept reports, report ids and counters; --purge removes it
            would keep {Root}/usr/bin/defender-agent: it belongs to the package defender-agent
            would keep {Root}/etc/defender-agent: configuration and keys
            nothing was done

            """,
            dry.Output);
        Assert.True(File.Exists(Unit));

        CommandLineRun uninstall = await CommandLineRun.OfAsync("uninstall", "--root", Root);
        Assert.Equal(0, uninstall.ExitCode);
        Assert.Empty(Directory.GetFiles(Root + "/etc/systemd", "*", SearchOption.AllDirectories));
        Assert.True(File.Exists(Root + "/etc/defender-agent/agent.json"));
    }

    [Fact]
    public async Task A_dry_uninstall_where_nothing_is_installed_says_what_is_not_there()
    {
        Directory.CreateDirectory(Root);

        CommandLineRun dry = await CommandLineRun.OfAsync("uninstall", "--root", Root, "--purge", "--dry-run");

        Assert.Equal(
            $"""
            {Root}{UnitFile.Wanted} is not there
            {Unit} is not there
            {Root}/usr/local/bin/defender-agent is not there
            {Root}/var/lib/private/defender-agent is not there
            {Root}/var/lib/defender-agent is not there
            nothing was done

            """,
            dry.Output);
    }

    [Fact]
    public async Task An_image_that_is_not_there_is_refused()
    {
        CommandLineRun run = await CommandLineRun.OfAsync("install", "--root", Root);

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith($"defender-agent: --root: '{Root}' is no directory: ", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_configuration_names_is_looked_for_in_the_image()
    {
        MakeImage();
        File.Delete(Root + "/etc/defender-agent/ca.crt");

        CommandLineRun run = await CommandLineRun.OfAsync("install", "--root", Root);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"{Root}/etc/defender-agent/ca.crt is not there", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_build_of_many_files_has_to_be_in_the_image()
    {
        MakeImage();
        File.Delete(Root + "/usr/bin/defender-agent");

        CommandLineRun run = await CommandLineRun.OfAsync("install", "--root", Root);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"{CommandLineRun.Executable}: this build is more than one file: put it into the image, and run it from there", run.Errors, StringComparison.Ordinal);
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

        CommandLineRun run = await CommandLineRun.OfAsync(isRoot: true, TimeProvider.System, "install", "--config", file, "--dry-run");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("/not/there.key is not there", run.Errors, StringComparison.Ordinal);
        Assert.Equal("", run.Output);
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

    // What an image has before the agent is installed into it: the package, the configuration and the authority of the gateway.
    private void MakeImage()
    {
        using TestAuthority authority = new();
        _folder.Write("root/usr/bin/defender-agent", "");
        _folder.Write("root/etc/defender-agent/ca.crt", File.ReadAllText(authority.RootFile));
        _folder.Write("root/etc/defender-agent/agent.json", """{"endpoint":"gateway.local","thing-name":"pump-17","root-ca":"/etc/defender-agent/ca.crt"}""");
    }

    private string Good() => _folder.Write("agent.json", """{"endpoint":"gateway.local","thing-name":"pump-17"}""");
}
