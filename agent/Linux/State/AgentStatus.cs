using System;
using System.Diagnostics.CodeAnalysis;

namespace Defender.Agent.Linux.State;

/// <summary>
/// What the running agent says of itself to the <c>status</c> verb, as one small JSON file. No secrets: everybody may read it.
/// Filled again and again by one owner; not safe for several threads.
/// </summary>
internal sealed class AgentStatus
{
    /// <summary>The longest text in it, in characters; longer ones are cut.</summary>
    public const int MaxTextLength = 256;

    public string Thing { get; set; } = "";

    public string Endpoint { get; set; } = "";

    public long ProcessId { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>Between two reports, each of which writes the status; 0 where it is not known.</summary>
    public long IntervalSeconds { get; set; }

    /// <summary>When it was written: an old one is of an agent that stands still or is gone.</summary>
    public DateTimeOffset? WrittenAt { get; set; }

    /// <summary>Null while there is no connection.</summary>
    public DateTimeOffset? ConnectedSince { get; set; }

    /// <summary>When a connection was last tried.</summary>
    public DateTimeOffset? LastAttemptAt { get; set; }

    /// <summary>Why there is no connection, or why the one before ended; "" when none ever failed.</summary>
    public string LastError { get; set; } = "";

    public DateTimeOffset? LastErrorAt { get; set; }

    /// <summary>Such as <c>5.0</c>; "" before the first connection.</summary>
    public string MqttVersion { get; set; } = "";

    /// <summary>The library that encrypts, such as <c>OpenSSL 3.0.17</c> or <c>SslStream</c>; "" without TLS.</summary>
    public string TlsImplementation { get; set; } = "";

    /// <summary>Such as <c>TLSv1.3</c>; "" without TLS.</summary>
    public string TlsVersion { get; set; } = "";

    /// <summary>Address and port of the server of the last connection.</summary>
    public string Peer { get; set; } = "";

    /// <summary>The report made last; 0 for none.</summary>
    public long LastReportId { get; set; }

    public DateTimeOffset? LastReportAt { get; set; }

    public long LastAcceptedId { get; set; }

    public DateTimeOffset? LastAcceptedAt { get; set; }

    public long LastRejectedId { get; set; }

    public DateTimeOffset? LastRejectedAt { get; set; }

    /// <summary><c>ErrorCode</c> of the last reject, such as <c>Throttled</c>.</summary>
    public string RejectCode { get; set; } = "";

    public string RejectMessage { get; set; } = "";

    public string RejectDetail { get; set; } = "";

    /// <summary>Reports accepted since the start.</summary>
    public long Accepted { get; set; }

    /// <summary>Reports that wait for delivery.</summary>
    public long Spooled { get; set; }

    /// <summary>Reports dropped since the start because the spool was full.</summary>
    public long Dropped { get; set; }

    /// <summary>Reports given up since the start because they were rejected for good.</summary>
    public long GivenUp { get; set; }

    /// <summary>Why the state directory is not used; "" while it is, or when there is none.</summary>
    public string StateError { get; set; } = "";

    /// <summary>Writes the file under another name and moves it in place, readable for all; allocates nothing when it works.</summary>
    /// <exception cref="System.IO.IOException">It could not be written.</exception>
    public void Write(string path) => new StatusFile(path).Write(this);

    /// <summary>Reads what <see cref="Write"/> wrote; members of a newer agent are passed over.</summary>
    /// <param name="path">The file.</param>
    /// <param name="status">The status when the result is true.</param>
    /// <param name="error">Why there is none, one sentence.</param>
    public static bool TryRead(string path, [NotNullWhen(true)] out AgentStatus? status, [NotNullWhen(false)] out string? error)
        => StatusReader.TryRead(path, out status, out error);
}
