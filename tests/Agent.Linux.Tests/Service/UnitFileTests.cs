using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Defender.Agent.Linux.Configuration;
using Defender.Agent.Linux.Service;
using Defender.Agent.Linux.Tests.Configuration;
using Xunit;

namespace Defender.Agent.Linux.Tests.Service;

public sealed partial class UnitFileTests : IDisposable
{
    private const string Executable = "/usr/bin/defender-agent";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Credentials_are_handed_over_by_the_service_manager()
    {
        string unit = Unit("""{"endpoint":"h","thing-name":"t","cert":"/etc/d/t.crt","key":"/etc/d/t.key","root-ca":"/etc/d/ca.crt"}""", isNative: true);

        Assert.Contains("\nLoadCredential=key:/etc/d/t.key\n", unit, StringComparison.Ordinal);
        Assert.Contains("\nLoadCredential=cert:/etc/d/t.crt\n", unit, StringComparison.Ordinal);
        Assert.Contains("\nLoadCredential=root-ca:/etc/d/ca.crt\n", unit, StringComparison.Ordinal);
        Assert.Contains(
            "\nExecStart=/usr/bin/defender-agent run --config ${CREDENTIALS_DIRECTORY}/agent.json --cert ${CREDENTIALS_DIRECTORY}/cert --key ${CREDENTIALS_DIRECTORY}/key --root-ca ${CREDENTIALS_DIRECTORY}/root-ca --state-directory",
            unit,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "pid", "invisible")]
    [InlineData("\"uptime\":true,\"disk-usage\":true,\"containers\":true", "pid", "invisible")]
    [InlineData("\"process-count\":true", "pid", "default")]
    [InlineData("\"cpu-usage\":true", "all", "invisible")]
    [InlineData("\"memory-usage\":true", "all", "invisible")]
    [InlineData("\"open-files\":true", "all", "invisible")]
    [InlineData("\"m\":{\"type\":\"number\",\"file\":\"/proc/loadavg\"}", "all", "invisible")]
    [InlineData("\"m\":{\"type\":\"number\",\"file\":\"/run/x\"}", "pid", "invisible")]
    [InlineData("\"m\":{\"type\":\"number\",\"command\":[\"/bin/x\"]}", "all", "default")]
    public void Proc_shows_what_the_metrics_need(string metrics, string subset, string processes)
    {
        string unit = Unit($"{{\"endpoint\":\"h\",\"thing-name\":\"t\",\"custom-metrics\":{{{metrics}}}}}", isNative: true);

        Assert.Contains($"\nProcSubset={subset}\n", unit, StringComparison.Ordinal);
        Assert.Contains($"\nProtectProc={processes}\n", unit, StringComparison.Ordinal);
    }

    [Fact]
    public void A_build_that_compiles_keeps_writable_code_and_says_so()
    {
        Installation plan = Plan("""{"endpoint":"h","thing-name":"t"}""", isNative: false, seesAll: false, out _);

        Assert.Contains("\nMemoryDenyWriteExecute=no\n", UnitFile.Write(plan.Options), StringComparison.Ordinal);
        Assert.Contains(plan.Notes, note => note.Contains("MemoryDenyWriteExecute=no", StringComparison.Ordinal));
        Assert.False(Installation.IsNativeBuild);
    }

    [Fact]
    public void Capabilities_are_given_on_request_only()
    {
        const string Json = """{"endpoint":"h","thing-name":"t","custom-metrics":{"listening-processes":true}}""";

        Installation plain = Plan(Json, isNative: true, seesAll: false, out _);
        Installation asked = Plan(Json, isNative: true, seesAll: true, out _);

        Assert.Contains("\nCapabilityBoundingSet=\n", UnitFile.Write(plain.Options), StringComparison.Ordinal);
        Assert.Contains(plain.Notes, note => note.Contains("--see-all-processes", StringComparison.Ordinal));
        Assert.Contains("\nCapabilityBoundingSet=CAP_SYS_PTRACE CAP_DAC_READ_SEARCH\n", UnitFile.Write(asked.Options), StringComparison.Ordinal);
        Assert.Contains("\nPrivateUsers=no\n", UnitFile.Write(asked.Options), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/opt/agent/defender-agent", true, "/usr/local/bin/defender-agent")]
    [InlineData("/home/pi/defender-agent", true, "/usr/local/bin/defender-agent")]
    [InlineData("/usr/bin/defender-agent", true, "/usr/bin/defender-agent")]
    [InlineData("/opt/agent/defender-agent", false, "/opt/agent/defender-agent")]
    public void The_executable_is_one_file_that_is_copied_or_many_that_stay(string running, bool isNative, string installed)
    {
        using Loaded loaded = new("""{"endpoint":"h","thing-name":"t"}""");
        List<ConfigurationMistake> mistakes = [];

        Installation plan = Installation.Plan(loaded.Configuration, ImageRoot.ThisSystem, running, isNative, seesAllProcesses: false, mistakes);

        Assert.Empty(mistakes);
        Assert.Equal(installed, plan.Options.Executable);
    }

    [Theory]
    [InlineData("/home/pi/agent/defender-agent", "{\"endpoint\":\"h\",\"thing-name\":\"t\"}", "the unit hides /home, /root and /tmp from the service")]
    [InlineData("/opt/defender-agent", "{\"endpoint\":\"h\",\"thing-name\":\"t\",\"key\":\"/etc/my keys/t.key\",\"cert\":\"/c\"}", "the path of a file for a unit has letters, digits")]
    [InlineData("/opt/defender-agent", "{\"endpoint\":\"h\",\"thing-name\":\"t\",\"key\":\"/etc/%h/t.key\",\"cert\":\"/c\"}", "the path of a file for a unit has letters, digits")]
    public void What_the_unit_could_not_reach_is_refused(string executable, string json, string message)
    {
        using Loaded loaded = new(json);
        List<ConfigurationMistake> mistakes = [];

        Installation.Plan(loaded.Configuration, ImageRoot.ThisSystem, executable, isNative: false, seesAllProcesses: false, mistakes);

        Assert.StartsWith(message, Assert.Single(mistakes).Message, StringComparison.Ordinal);
    }

    [SystemdFact]
    public async Task Its_exposure_is_at_most_1_5()
    {
        string unit = Unit("""{"endpoint":"h","thing-name":"t","cert":"/c","key":"/k"}""", isNative: true);

        Assert.InRange(await ExposureAsync(unit), 0.1, 1.5);
    }

    [SystemdFact]
    public async Task With_every_metric_it_is_at_most_1_6()
    {
        string unit = Unit("""{"endpoint":"h","thing-name":"t","custom-metrics":{"cpu-usage":true,"process-count":true,"listening-processes":true}}""", isNative: true);

        Assert.InRange(await ExposureAsync(unit), 0.1, 1.6);
    }

    [SystemdFact]
    public async Task Systemd_knows_each_of_its_lines()
    {
        string file = _folder.Write(UnitFile.Name, Unit("""{"endpoint":"h","thing-name":"t","cert":"/c","key":"/k"}""", isNative: true)
            .Replace(Executable, "/bin/true", StringComparison.Ordinal));

        (string output, int exitCode) = await RunAsync("systemd-analyze", "verify", "--man=no", file);

        Assert.DoesNotContain("Unknown", output, StringComparison.Ordinal);
        Assert.DoesNotContain(UnitFile.Name + ":", output, StringComparison.Ordinal);
        Assert.True(exitCode == 0 || !output.Contains(UnitFile.Name, StringComparison.Ordinal), output);
    }

    private static Installation Plan(string json, bool isNative, bool seesAll, out List<ConfigurationMistake> mistakes)
    {
        using Loaded loaded = new(json);
        mistakes = [];
        return Installation.Plan(loaded.Configuration, ImageRoot.ThisSystem, Executable, isNative, seesAll, mistakes);
    }

    private static string Unit(string json, bool isNative)
    {
        Installation plan = Plan(json, isNative, seesAll: false, out List<ConfigurationMistake> mistakes);
        Assert.Empty(mistakes);
        return UnitFile.Write(plan.Options);
    }

    private async Task<double> ExposureAsync(string unit)
    {
        string file = _folder.Write(UnitFile.Name, unit);
        (string output, _) = await RunAsync("systemd-analyze", "security", "--offline=yes", "--no-pager", file);
        Match match = ExposureLine().Match(output);
        Assert.True(match.Success, output);
        return double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private static async Task<(string Output, int ExitCode)> RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (output + await errors, process.ExitCode);
    }

    [GeneratedRegex(@"Overall exposure level for \S+: ([\d.]+)")]
    private static partial Regex ExposureLine();
}
