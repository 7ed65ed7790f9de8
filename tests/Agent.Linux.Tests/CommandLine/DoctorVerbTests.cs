using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading.Tasks;
using Defender.Tests;
using Xunit;

namespace Defender.Agent.Linux.Tests.CommandLine;

public sealed class DoctorVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TcpListener _gateway = new(IPAddress.Loopback, 0);

    public DoctorVerbTests() => _gateway.Start();

    public void Dispose()
    {
        _gateway.Dispose();
        _folder.Dispose();
    }

    private int Port => ((IPEndPoint)_gateway.LocalEndpoint).Port;

    [Fact]
    public async Task It_finds_nothing_where_all_is_well()
    {
        string file = Configuration($"mqtt://127.0.0.1:{Port}", $$""","state-directory":"{{_folder.Path}}","custom-metrics":{"uptime":true}""");

        CommandLineRun run = await CommandLineRun.OfAsync("doctor", "--config", file);

        Assert.True(run.ExitCode == 0, run.Output + run.Errors);
        Assert.DoesNotContain("failure", run.Output, StringComparison.Ordinal);
        foreach (string line in new[] { $"configuration {file} can be used", "clock ", $"gateway       mqtt://127.0.0.1:{Port} takes connections at 127.0.0.1:{Port}", $"state         {_folder.Path} can be written", "metric        uptime can be read" })
            Assert.Contains($"ok      {line}", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_failure_has_the_command_that_mends_it()
    {
        int port = Port;
        _gateway.Stop();
        string file = Configuration($"mqtt://127.0.0.1:{port}", ""","cert":"/not/there.crt","key":"/not/there.key","state-directory":"/not/there","custom-metrics":{"own":{"type":"number","command":["/bin/false"]}}""");

        CommandLineRun run = await CommandLineRun.OfAsync("doctor", "--config", file, "--json");

        Assert.Equal(1, run.ExitCode);
        JsonElement result = JsonDocument.Parse(run.Output).RootElement;
        Assert.False(result.GetProperty("ok").GetBoolean());
        var findings = result.GetProperty("findings").EnumerateArray()
            .Where(finding => finding.GetProperty("severity").GetString() != "ok")
            .ToDictionary(
                finding => finding.GetProperty("subject").GetString()!,
                finding => finding.TryGetProperty("mend", out JsonElement mend) ? "mend: " + mend.GetString() : "look: " + finding.GetProperty("look").GetString());
        Assert.Equal("mend: defender-gateway enrol pump-17 # on the gateway; then its files go here", findings["certificate"]);
        Assert.Equal("mend: defender-gateway enrol pump-17 # on the gateway; then its files go here", findings["key"]);
        Assert.Equal($"look: getent ahosts 127.0.0.1 && nc -vz 127.0.0.1 {port}", findings["gateway"]);
        Assert.Equal("mend: sudo install -d -m 700 -o \"$(id -u)\" /not/there", findings["state"]);
        Assert.Equal("look: /bin/false", findings["metric"]);
    }

    [Fact]
    public async Task Run_by_root_it_follows_no_link_that_the_user_of_the_agent_has_put_there()
    {
        string victim = _folder.Write("victim", "untouched");
        string state = Directory.CreateDirectory(_folder.Path + "/state").FullName;
        File.CreateSymbolicLink($"{state}/.doctor-{Environment.ProcessId}", victim);
        string file = Configuration($"mqtt://127.0.0.1:{Port}", $$""","state-directory":"{{state}}" """);

        await CommandLineRun.OfAsync("doctor", "--config", file);

        Assert.Equal("untouched", File.ReadAllText(victim));
    }

    [Fact]
    public async Task A_state_directory_that_every_user_may_write_in_is_a_failure()
    {
        string state = Directory.CreateDirectory(_folder.Path + "/state").FullName;
        File.SetUnixFileMode(state, (UnixFileMode)0x1FF);
        string file = Configuration($"mqtt://127.0.0.1:{Port}", $$""","state-directory":"{{state}}" """);

        CommandLineRun run = await CommandLineRun.OfAsync("doctor", "--config", file);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"failure state         {state} is not used: every user may write in it, and so make reports of this device\n                      mend: chmod 700 {state}\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Arguments_of_a_command_are_shown_to_nobody()
    {
        string file = Configuration($"mqtt://127.0.0.1:{Port}", ""","custom-metrics":{"own":{"type":"number","command":["/bin/false","--token","hunter2"]}}""");

        CommandLineRun run = await CommandLineRun.OfAsync("doctor", "--config", file);

        Assert.DoesNotContain("hunter", run.Output + run.Errors, StringComparison.Ordinal);
        Assert.Contains($"look: grep -n -A 5 own {file}\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clock_before_this_software_is_a_failure()
    {
        ManualTime time = new(new DateTimeOffset(1970, 1, 1, 0, 5, 0, TimeSpan.Zero));

        CommandLineRun run = await CommandLineRun.OfAsync(isRoot: false, time, "doctor", "--thing", "a", "--endpoint", $"mqtt://127.0.0.1:{Port}");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("failure clock         it says 1970-01-01 00:05 UTC: no certificate is valid then\n                      mend: timedatectl set-ntp true\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clock_that_went_back_is_a_warning()
    {
        ManualTime time = new(TimeProvider.System.GetUtcNow().AddDays(-2));
        string file = Configuration($"mqtt://127.0.0.1:{Port}", "");

        CommandLineRun run = await CommandLineRun.OfAsync(isRoot: false, time, "doctor", "--config", file);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("warning clock", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mistakes_of_the_configuration_are_findings()
    {
        string file = _folder.Write("agent.json", """{"endpont":"h"}""");

        CommandLineRun run = await CommandLineRun.OfAsync("doctor", "--config", file);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"failure configuration {file}:1: endpont: unknown key; did you mean 'endpoint'?\n                      mend: sudoedit {file}\n", run.Output, StringComparison.Ordinal);
    }

    private string Configuration(string endpoint, string more) =>
        _folder.Write("agent.json", $"{{\"endpoint\":\"{endpoint}\",\"thing-name\":\"pump-17\"{more}}}");
}
