using System;
using System.Text;
using System.Threading.Tasks;
using Defender.Agent.Linux.Metrics;
using Defender.Agent.Linux.State;

namespace Defender.Agent.Linux.CommandLine;

/// <summary><c>defender-agent status</c>: how the running agent does.</summary>
internal static class StatusVerb
{
    /// <summary>systemctl status ends with it when a service does not run.</summary>
    public const int NotWell = 3;

    private const string DefaultFile = "/run/defender-agent/status.json";
    private const long MostIntervalSeconds = 86_400;

    // Commands of custom metrics have a minute.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    private static readonly OptionSpec FileOption = new("--status-file", "FILE", $"What the agent writes with its own --status-file (default {DefaultFile})");
    private static readonly OptionSpec JsonOption = new("--json", null, "One JSON object");

    public static Verb Verb { get; } = new(
        "status",
        "Show how the running agent does: connection, last report and its answer, reports that wait",
        [FileOption, JsonOption],
        """
        Exit code 0: it runs, is connected, and its last answered report was accepted; 3: anything else.

        Examples:
          defender-agent status
          defender-agent status --json
        """)
    {
        RunAsync = (terminal, values, _) => Task.FromResult(Show(terminal, values)),
    };

    private static int Show(Terminal terminal, OptionValues values)
    {
        string file = values.TryGet(FileOption.Name, out string? given) ? given : DefaultFile;
        bool asJson = values.Has(JsonOption.Name);
        if (!AgentStatus.TryRead(file, out AgentStatus? status, out string? error))
        {
            terminal.Print(asJson
                ? $"{{\"ok\":false,\"running\":false,\"connected\":false,\"error\":{JsonText.Quote(error)}}}\n"
                : OneLine.Of($"not running, as far as {file} tells: {error}") + "\n");
            return NotWell;
        }

        DateTimeOffset now = terminal.TimeProvider.GetUtcNow();
        bool isRunning = IsRunning(status.ProcessId);
        bool isStale = IsStale(status, now);
        bool isConnected = isRunning && !isStale && status.ConnectedSince is not null;
        bool isRejected = status.LastRejectedAt is { } rejectedAt && (status.LastAcceptedAt is not { } acceptedAt || rejectedAt > acceptedAt);
        bool isWell = isConnected && !isRejected;
        terminal.Print(asJson ? Json(status, isWell, isRunning, isConnected) : Text(status, Agent(status, isRunning, isStale, now), isConnected, isRejected, now));
        return isWell ? Terminal.Success : NotWell;
    }

    // Each report writes it. One that is left over, with the number of a process that runs, must not pass for an agent.
    private static bool IsStale(AgentStatus status, DateTimeOffset now) =>
        status.IntervalSeconds is > 0 and <= MostIntervalSeconds && status.WrittenAt is { } written
        && now - written > TimeSpan.FromSeconds(2 * status.IntervalSeconds) + Grace;

    private static string Agent(AgentStatus status, bool isRunning, bool isStale, DateTimeOffset now) =>
        !isRunning ? $"process {status.ProcessId} does not run any more"
        : isStale ? $"process {status.ProcessId} wrote its status last {Ago(status.WrittenAt, now)}: it hangs, it is another program by now, or the clock was set"
        : $"runs as process {status.ProcessId}, {Ago(status.StartedAt, now)}";

    private static string Text(AgentStatus status, string agent, bool isConnected, bool isRejected, DateTimeOffset now)
    {
        StringBuilder text = new();
        Line(text, "thing", status.Thing);
        Line(text, "agent", agent);
        string tls = status.TlsVersion.Length == 0 ? "without TLS" : $"{status.TlsVersion} by {status.TlsImplementation}";
        Line(text, "gateway", isConnected
            ? $"connected to {status.Endpoint} ({status.Peer}), MQTT {status.MqttVersion}, {tls}, {Ago(status.ConnectedSince, now)}"
            : $"not connected to {status.Endpoint}{(status.LastAttemptAt is null ? "" : $", last tried {Ago(status.LastAttemptAt, now)}")}");
        if (status.LastError.Length > 0)
            Line(text, "last error", $"{status.LastError} ({Ago(status.LastErrorAt, now)})");
        Line(text, "last report", status.LastReportId == 0 ? "none yet" : $"{status.LastReportId}, {Ago(status.LastReportAt, now)}");
        Line(text, "accepted", status.LastAcceptedId == 0 ? "none yet" : $"{status.Accepted} since the start, the last {status.LastAcceptedId}, {Ago(status.LastAcceptedAt, now)}");
        if (status.LastRejectedId != 0)
        {
            string detail = status.RejectDetail.Length == 0 ? "" : $" ({status.RejectDetail})";
            Line(text, "rejected", $"{status.LastRejectedId}, {Ago(status.LastRejectedAt, now)}: {status.RejectCode}: {status.RejectMessage}{detail}{(isRejected ? "" : "; accepted since")}");
        }

        Line(text, "waiting", $"{status.Spooled} {(status.Spooled == 1 ? "report" : "reports")}; dropped {status.Dropped}, given up {status.GivenUp}");
        if (status.StateError.Length > 0)
            Line(text, "state", status.StateError);
        return text.ToString();
    }

    private static void Line(StringBuilder text, string name, string value) => text.Append($"{name + ":",-13}").Append(OneLine.Of(value)).Append('\n');

    private static string Ago(DateTimeOffset? time, DateTimeOffset now)
    {
        if (time is not { } known)
            return "at an unknown time";
        TimeSpan span = now - known;
        string ago = span.TotalSeconds < 0 ? "in the future by this machine's clock"
            : span.TotalMinutes < 2 ? $"{(int)span.TotalSeconds} s ago"
            : span.TotalHours < 2 ? $"{(int)span.TotalMinutes} min ago"
            : span.TotalDays < 2 ? $"{(int)span.TotalHours} h ago"
            : $"{(int)span.TotalDays} days ago";
        return $"{UtcText.Seconds(known)}, {ago}";
    }

    // Three members that sum it up, then those of the file.
    private static string Json(AgentStatus status, bool isWell, bool isRunning, bool isConnected)
    {
        JsonLine line = new(16 * 1024);
        line.Begin();
        foreach (StatusMember member in StatusMember.All)
            member.Write(status, line);
        line.End();
        string file = Encoding.UTF8.GetString(line.Bytes);
        return $"{{\"ok\":{Word(isWell)},\"running\":{Word(isRunning)},\"connected\":{Word(isConnected)},{file[1..]}";
    }

    private static string Word(bool value) => value ? "true" : "false";

    // Not being allowed to signal it means that it is there.
    private static bool IsRunning(long process) =>
        process is > 0 and <= int.MaxValue && (Libc.Kill((int)process, 0) == 0 || Libc.LastError != Libc.NoSuchProcess);
}
