using System;

namespace Defender.Agent.Linux.State;

/// <summary>One member of the status file: its name, and how it comes out of and into a status.</summary>
internal abstract class StatusMember(string name)
{
    /// <summary>All of them, in the order of the file.</summary>
    public static readonly StatusMember[] All =
    [
        new Text("thing", s => s.Thing, (s, v) => s.Thing = v),
        new Text("endpoint", s => s.Endpoint, (s, v) => s.Endpoint = v),
        new Number("processId", s => s.ProcessId, (s, v) => s.ProcessId = v),
        new Time("startedAt", s => Milliseconds(s.StartedAt), (s, v) => s.StartedAt = At(v)),
        new Number("intervalSeconds", s => s.IntervalSeconds, (s, v) => s.IntervalSeconds = v),
        new Time("writtenAt", s => Milliseconds(s.WrittenAt), (s, v) => s.WrittenAt = At(v)),
        new Time("connectedSince", s => Milliseconds(s.ConnectedSince), (s, v) => s.ConnectedSince = At(v)),
        new Time("lastAttemptAt", s => Milliseconds(s.LastAttemptAt), (s, v) => s.LastAttemptAt = At(v)),
        new Text("lastError", s => s.LastError, (s, v) => s.LastError = v),
        new Time("lastErrorAt", s => Milliseconds(s.LastErrorAt), (s, v) => s.LastErrorAt = At(v)),
        new Text("mqttVersion", s => s.MqttVersion, (s, v) => s.MqttVersion = v),
        new Text("tlsImplementation", s => s.TlsImplementation, (s, v) => s.TlsImplementation = v),
        new Text("tlsVersion", s => s.TlsVersion, (s, v) => s.TlsVersion = v),
        new Text("peer", s => s.Peer, (s, v) => s.Peer = v),
        new Number("lastReportId", s => s.LastReportId, (s, v) => s.LastReportId = v),
        new Time("lastReportAt", s => Milliseconds(s.LastReportAt), (s, v) => s.LastReportAt = At(v)),
        new Number("lastAcceptedId", s => s.LastAcceptedId, (s, v) => s.LastAcceptedId = v),
        new Time("lastAcceptedAt", s => Milliseconds(s.LastAcceptedAt), (s, v) => s.LastAcceptedAt = At(v)),
        new Number("lastRejectedId", s => s.LastRejectedId, (s, v) => s.LastRejectedId = v),
        new Time("lastRejectedAt", s => Milliseconds(s.LastRejectedAt), (s, v) => s.LastRejectedAt = At(v)),
        new Text("rejectCode", s => s.RejectCode, (s, v) => s.RejectCode = v),
        new Text("rejectMessage", s => s.RejectMessage, (s, v) => s.RejectMessage = v),
        new Text("rejectDetail", s => s.RejectDetail, (s, v) => s.RejectDetail = v),
        new Number("accepted", s => s.Accepted, (s, v) => s.Accepted = v),
        new Number("spooled", s => s.Spooled, (s, v) => s.Spooled = v),
        new Number("dropped", s => s.Dropped, (s, v) => s.Dropped = v),
        new Number("givenUp", s => s.GivenUp, (s, v) => s.GivenUp = v),
        new Text("stateError", s => s.StateError, (s, v) => s.StateError = v),
    ];

    public string Name { get; } = name;

    /// <summary>Writes name and value; nothing for a time that is not known.</summary>
    public abstract void Write(AgentStatus status, JsonLine line);

    /// <summary>Takes a value of the file; one of another type is passed over.</summary>
    public virtual void Take(AgentStatus status, string text)
    {
    }

    /// <inheritdoc cref="Take(AgentStatus, string)"/>
    public virtual void Take(AgentStatus status, long number)
    {
    }

    private sealed class Text(string name, Func<AgentStatus, string> get, Action<AgentStatus, string> set) : StatusMember(name)
    {
        public override void Write(AgentStatus status, JsonLine line) => line.Add(Name, get(status));

        public override void Take(AgentStatus status, string text) => set(status, text);
    }

    private sealed class Number(string name, Func<AgentStatus, long> get, Action<AgentStatus, long> set) : StatusMember(name)
    {
        public override void Write(AgentStatus status, JsonLine line) => line.Add(Name, get(status));

        public override void Take(AgentStatus status, long number) => set(status, number);
    }

    private static long Milliseconds(DateTimeOffset? time) => time is { } known ? known.ToUnixTimeMilliseconds() : -1;

    private static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    // Epoch milliseconds, as in the answers of AWS. Numbers for the delegates, too: a DateTimeOffset among their types would bring its
    // formats into the native build.
    private sealed class Time(string name, Func<AgentStatus, long> get, Action<AgentStatus, long> set) : StatusMember(name)
    {
        private static readonly long Latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

        public override void Write(AgentStatus status, JsonLine line)
        {
            if (get(status) is >= 0 and long time)
                line.Add(Name, time);
        }

        public override void Take(AgentStatus status, long number)
        {
            if (number >= 0 && number <= Latest)
                set(status, number);
        }
    }
}
