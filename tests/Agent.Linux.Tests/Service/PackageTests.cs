using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Defender.Tests;
using Xunit;

namespace Defender.Agent.Linux.Tests.Service;

/// <summary>The Debian package, built of the executable at hand and taken apart again.</summary>
public sealed class PackageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [DpkgFact]
    public async Task It_holds_the_executable_the_documentation_and_one_conffile()
    {
        string package = await BuildAsync();
        string root = Path.Combine(_folder.Path, "root");
        await RunAsync("dpkg", "-x", package, root);

        string[] files = [.. Directory.GetFiles(root, "*", SearchOption.AllDirectories).Select(path => path[root.Length..]).Order(StringComparer.Ordinal)];
        Assert.Equal(
            ["/etc/default/defender-agent", "/usr/bin/defender-agent", "/usr/share/doc/defender-agent/agent.md", "/usr/share/doc/defender-agent/copyright"],
            files);
        Assert.True(Directory.Exists(Path.Combine(root, "etc/defender-agent")));
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "defender-agent")), File.ReadAllBytes(root + "/usr/bin/defender-agent"));
        Assert.All(File.ReadAllLines(root + "/etc/default/defender-agent"), line => Assert.StartsWith("#", line, StringComparison.Ordinal));
    }

    [DpkgFact]
    public async Task Its_control_file_has_version_and_architecture()
    {
        string control = await RunAsync("dpkg-deb", "--field", await BuildAsync());

        Assert.DoesNotContain('@', control.Replace("@localhost", "", StringComparison.Ordinal));
        Assert.Matches(@"(?m)^Version: \d+\.\d+\.\d+$", control);
        Assert.Matches(@"(?m)^Architecture: (amd64|arm64|armhf)$", control);
        Assert.Matches(@"(?m)^Installed-Size: \d+$", control);
    }

    [DpkgFact]
    public async Task Nothing_starts_before_there_is_a_configuration()
    {
        Assert.False(File.Exists("/etc/defender-agent/agent.json"), "this machine has an installed agent");
        string scripts = Path.Combine(_folder.Path, "scripts");
        await RunAsync("dpkg-deb", "--control", await BuildAsync(), scripts);

        // Without the executable in its path: it is not called.
        string said = await RunAsync("env", "PATH=/bin", "sh", Path.Combine(scripts, "postinst"), "configure", "");

        Assert.StartsWith("defender-agent: put a configuration at /etc/defender-agent/agent.json", said, StringComparison.Ordinal);
        Assert.Equal("/etc/default/defender-agent\n", File.ReadAllText(Path.Combine(scripts, "conffiles")));
        foreach (string script in new[] { "postinst", "prerm", "postrm" })
            await RunAsync("sh", "-n", Path.Combine(scripts, script));
        await RunAsync("sh", Path.Combine(scripts, "prerm"), "upgrade");
    }

    [DpkgFact]
    public async Task What_is_no_executable_is_refused()
    {
        string script = Path.Combine(RepositoryFiles.Root, "agent", "Linux", "package", "deb.sh");
        using Process process = Start("bash", script, _folder.Write("text", "#!/bin/sh\nexit 0 # long enough\n"), _folder.Path);
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(1, process.ExitCode);
        Assert.Contains("is no executable for amd64, arm64 or armhf", errors, StringComparison.Ordinal);
    }

    private async Task<string> BuildAsync()
    {
        string script = Path.Combine(RepositoryFiles.Root, "agent", "Linux", "package", "deb.sh");
        await RunAsync("bash", script, Path.Combine(AppContext.BaseDirectory, "defender-agent"), _folder.Path);
        return Assert.Single(Directory.GetFiles(_folder.Path, "*.deb"));
    }

    private static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using Process process = Start(program, arguments);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {output}{await errors}");
        return output;
    }
}
