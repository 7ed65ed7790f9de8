using System;
using System.IO;
using System.Text.Json;
using System.Threading.Tasks;
using Defender.Agent.Linux.State;
using Defender.Tests;
using Xunit;

namespace Defender.Agent.Linux.Tests.CommandLine;

public sealed class StatusVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly AgentStatus _status;

    public StatusVerbTests()
    {
        DateTimeOffset now = _time.GetUtcNow();
        _status = new AgentStatus
        {
            Thing = "pump-17",
            Endpoint = "mqtts://gateway.local:8883",
            ProcessId = Environment.ProcessId,
            StartedAt = now.AddHours(-5),
            WrittenAt = now,
            ConnectedSince = now.AddMinutes(-90),
            MqttVersion = "5.0",
            TlsImplementation = "OpenSSL 3.0.17",
            TlsVersion = "TLSv1.3",
            Peer = "10.0.0.1:8883",
            LastReportId = 1795219200,
            LastReportAt = now.AddSeconds(-30),
            LastAcceptedId = 1795219200,
            LastAcceptedAt = now.AddSeconds(-29),
            Accepted = 18,
        };
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_agent_that_is_well_ends_with_0()
    {
        CommandLineRun run = await ShowAsync();

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            $"""
            thing:       pump-17
            agent:       runs as process {Environment.ProcessId}, 2026-11-20T19:00:00Z, 5 h ago
            gateway:     connected to mqtts://gateway.local:8883 (10.0.0.1:8883), MQTT 5.0, TLSv1.3 by OpenSSL 3.0.17, 2026-11-20T22:30:00Z, 90 min ago
            last report: 1795219200, 2026-11-20T23:59:30Z, 30 s ago
            accepted:    18 since the start, the last 1795219200, 2026-11-20T23:59:31Z, 29 s ago
            waiting:     0 reports; dropped 0, given up 0

            """,
            run.Output);
    }

    [Fact]
    public async Task A_rejected_report_has_its_reason_and_ends_with_3()
    {
        _status.LastRejectedId = 1795219200;
        _status.LastRejectedAt = _time.GetUtcNow();
        (_status.RejectCode, _status.RejectMessage, _status.RejectDetail) = ("InvalidPayload", "Malformed metrics report", "R11\u001b[31m");

        CommandLineRun run = await ShowAsync();

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("rejected:    1795219200, 2026-11-21T00:00:00Z, 0 s ago: InvalidPayload: Malformed metrics report (R11 [31m)\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reject_that_is_over_does_not_matter()
    {
        _status.LastRejectedId = 1795218900;
        _status.LastRejectedAt = _time.GetUtcNow().AddMinutes(-6);

        CommandLineRun run = await ShowAsync();

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("; accepted since\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_connection_it_ends_with_3_and_says_why()
    {
        _status.ConnectedSince = null;
        _status.LastError = "Connection refused";
        _status.LastErrorAt = _status.LastAttemptAt = _time.GetUtcNow().AddSeconds(-5);
        _status.Spooled = 1;

        CommandLineRun run = await ShowAsync();

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("gateway:     not connected to mqtts://gateway.local:8883, last tried 2026-11-20T23:59:55Z, 5 s ago\nlast error:  Connection refused (", run.Output, StringComparison.Ordinal);
        Assert.Contains("waiting:     1 report; dropped 0, given up 0\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_that_is_gone_is_not_taken_for_connected()
    {
        _status.ProcessId = int.MaxValue;

        CommandLineRun run = await ShowAsync();

        Assert.Equal(3, run.ExitCode);
        Assert.Contains($"process {int.MaxValue} does not run any more\ngateway:     not connected", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(660, 0)]
    [InlineData(661, 3)]
    public async Task An_agent_that_has_missed_two_reports_is_not_taken_for_well(int secondsAgo, int exitCode)
    {
        _status.IntervalSeconds = 300;
        _status.WrittenAt = _time.GetUtcNow().AddSeconds(-secondsAgo);

        CommandLineRun run = await ShowAsync();

        Assert.Equal(exitCode, run.ExitCode);
        string stale = $"agent:       process {Environment.ProcessId} wrote its status last 2026-11-20T23:48:59Z, 11 min ago: it hangs, it is another program by now, or the clock was set\ngateway:     not connected";
        Assert.Equal(exitCode != 0, run.Output.Contains(stale, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_status_it_ends_with_3()
    {
        CommandLineRun run = await CommandLineRun.OfAsync("status", "--status-file", _folder.Path + "/none.json");
        CommandLineRun json = await CommandLineRun.OfAsync("status", "--status-file", _folder.Path + "/none.json", "--json");

        Assert.Equal((3, 3), (run.ExitCode, json.ExitCode));
        Assert.StartsWith("not running, as far as ", run.Output, StringComparison.Ordinal);
        Assert.False(JsonDocument.Parse(json.Output).RootElement.GetProperty("running").GetBoolean());
    }

    [Fact]
    public async Task Json_has_the_sum_and_all_members()
    {
        CommandLineRun run = await ShowAsync("--json");

        JsonElement status = JsonDocument.Parse(run.Output).RootElement;
        Assert.True(status.GetProperty("ok").GetBoolean());
        Assert.True(status.GetProperty("running").GetBoolean());
        Assert.True(status.GetProperty("connected").GetBoolean());
        Assert.Equal("pump-17", status.GetProperty("thing").GetString());
        Assert.Equal(1795219200, status.GetProperty("lastAcceptedId").GetInt64());
    }

    private async Task<CommandLineRun> ShowAsync(params string[] options)
    {
        string file = Path.Combine(_folder.Path, "status.json");
        _status.Write(file);
        return await CommandLineRun.OfAsync(isRoot: false, _time, ["status", "--status-file", file, .. options]);
    }
}
