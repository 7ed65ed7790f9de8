using System;
using System.Globalization;
using System.IO;
using Defender.Agent.Core.Answers;
using Defender.Agent.Linux.CommandLine;

namespace Defender.Agent.Linux.Logging;

// Ledger of event ids. An id keeps its meaning for ever; a removed event's id is not used again.
//   100 Started                 101 Stopping               102 OutputFailed           109 Unexpected
//   200 Connected               201 GatewayAway            202 GatewayStillAway        203 GatewayBack    204 ConnectionLost
//   205 GaveUp
//   300 ReportPublished         301 ReportAccepted         302 ReportRejected          303 ReportUnanswered
//   304 ReportTrimmed           305 UnreadableAnswer       306 ReportRefused           307 ReportPostponed 308 ReportGivenUp
//   400 CollectorFailed         401 OddRows                402 InterfacesCounted      403 SourcesChosen
//   500 StateUnavailable        501 StateAvailable         502 SpooledReportDamaged    503 SpooledReportDropped
//   504 SpoolFound              505 StatusFailed           506 SpooledReportUnreadable
//   600 CustomMetricFailed      601 CustomMetrics
//   700 ConfigurationNote       701 ServiceManagerFailed   702 ConfigurationOpen

/// <summary>Every line the agent logs: time, level, event id, text. Safe for several threads.</summary>
internal sealed class Log(TextWriter writer, TimeProvider timeProvider)
{
    // Time, level and event id.
    private const int MaxHeadLength = 64;

    private readonly object _gate = new();
    private char[] _line = new char[512];
    private readonly RateLimit _perTenMinutes = new(TimeSpan.FromMinutes(10), timeProvider);

    public void Started(string thing, string endpoint, TimeSpan interval) =>
        Write("info", 100, $"Reporting as {thing} to {endpoint} every {Seconds(interval)} s");

    public void Stopping() => Write("info", 101, "Stopping: disconnecting from the gateway");

    public void OutputFailed(Exception failure) => Write("error", 102, $"Could not write a report: {Reason(failure)}");

    public void Unexpected(Exception failure) =>
        Write("error", 109, $"Unexpected failure, the agent goes on: {failure}");

    public void Connected(string endpoint, object facts) => Write("info", 200, $"Connected to {endpoint} ({facts})");

    public void GatewayAway(string endpoint, Exception failure) =>
        Write("warn", 201, $"No connection to {endpoint}: {Reason(failure)}. Trying on; next word in a minute");

    public void GatewayStillAway(string endpoint, int attempts, TimeSpan away, Exception failure) =>
        Write(
            "warn",
            202,
            $"Still no lasting connection to {endpoint}: {Count(attempts, "failure")} in {Seconds(away)} s, the last: {Reason(failure)}");

    public void GatewayBack(string endpoint, object facts, int attempts, TimeSpan away) =>
        Write("info", 203, $"Connected to {endpoint} ({facts}) again after {Count(attempts, "failed attempt")} in {Seconds(away)} s");

    public void ConnectionLost(string endpoint, Exception failure) =>
        Write("warn", 204, $"Lost the connection to {endpoint}: {Reason(failure)}. Reconnecting");

    public void GaveUp(string endpoint, TimeSpan waited) =>
        Write("warn", 205, $"Gave up: no report could be delivered to {endpoint} within {Seconds(waited)} s");

    // With every report, so without a text of its own: a topic has 170 letters at most.
    public void ReportPublished(long reportId, string topic, int bytes)
    {
        Span<char> text = stackalloc char[320];
        text.TryWrite(CultureInfo.InvariantCulture, $"Report {reportId} published: {bytes} bytes to {topic}, acknowledged by the endpoint", out int length);
        Write("info", 300, text[..length]);
    }

    public void ReportAccepted(long reportId)
    {
        Span<char> text = stackalloc char[64];
        text.TryWrite(CultureInfo.InvariantCulture, $"Report {reportId} accepted", out int length);
        Write("info", 301, text[..length]);
    }

    public void ReportRejected(long reportId, Answer answer) => Write(
        "warn",
        302,
        $"Report {reportId} rejected: {answer.ErrorCode}: {answer.ErrorMessage}{(answer.Detail.Length == 0 ? "" : $" ({answer.Detail})")}");

    public void ReportUnanswered(long reportId, TimeSpan waited) => Write(
        "warn",
        303,
        $"Report {reportId} not answered within {Seconds(waited)} s; the endpoint has acknowledged it, but does a gateway serve it?");

    public void ReportTrimmed(long reportId, int ports, int allPorts, int connections, int allConnections)
    {
        Span<char> text = stackalloc char[160];
        text.TryWrite(
            CultureInfo.InvariantCulture,
            $"Report {reportId} lists {ports} of {allPorts} ports and {connections} of {allConnections} connections; the totals are true",
            out int length);
        Write("info", 304, text[..length]);
    }

    public void UnreadableAnswer(string topic, int bytes)
    {
        if (_perTenMinutes.Allows(topic, out int suppressed))
            Write("warn", 305, $"Could not read an answer of {bytes} bytes on {topic}{Suppressed(suppressed)}");
    }

    public void ReportRefused(long reportId, Exception refusal) => Write("warn", 306, $"Report {reportId} not taken: {Reason(refusal)}");

    public void ReportPostponed(long reportId, TimeSpan pause) =>
        Write("info", 307, $"Report {reportId} is kept; reports that are kept go on in {Seconds(pause)} s");

    public void ReportGivenUp(long reportId) =>
        Write("error", 308, $"Report {reportId} is given up: it would be rejected again, and holds up those behind it");

    public void StateUnavailable(string directory, Exception failure) =>
        Write("error", 500, $"{directory} cannot be used: {Reason(failure)}. What is not delivered is kept in memory only");

    public void StateAvailable(string directory) => Write("info", 501, $"{directory} can be used again");

    public void SpooledReportDamaged(string path) => Write("error", 502, $"{path} is damaged and left out");

    public void SpooledReportDropped(long reportId, int capacity)
    {
        if (_perTenMinutes.Allows("spool", out int suppressed))
            Write("warn", 503, $"Report {reportId} is dropped undelivered: {capacity} newer ones wait{Suppressed(suppressed)}");
    }

    public void SpoolFound(int count) => Write("info", 504, $"{Count(count, "report")} of before wait for delivery");

    public void StatusFailed(string path, Exception failure) => Write("warn", 505, $"No status is written to {path}: {Reason(failure)}");

    public void SpooledReportUnreadable(string path, Exception failure)
    {
        if (_perTenMinutes.Allows("spool read", out int suppressed))
            Write("error", 506, $"{path} cannot be read now and is kept: {Reason(failure)}{Suppressed(suppressed)}");
    }

    public void CollectorFailed(string collector, Exception failure)
    {
        if (_perTenMinutes.Allows(collector, out int suppressed))
            Write("error", 400, $"Collector {collector} failed, its part is left out: {Reason(failure)}{Suppressed(suppressed)}");
    }

    public void OddRows(string collector, int rows)
    {
        if (_perTenMinutes.Allows(collector + " rows", out int suppressed))
            Write("warn", 401, $"Collector {collector} left out {Count(rows, "row")} that it could not read{Suppressed(suppressed)}");
    }

    public void InterfacesCounted(string interfaces) => Write("info", 402, $"Traffic is counted on: {interfaces}");

    public void CustomMetricFailed(string metric, string reason)
    {
        if (_perTenMinutes.Allows("metric " + metric, out int suppressed))
            Write("warn", 600, $"Custom metric {metric} is left out: {reason}{Suppressed(suppressed)}");
    }

    public void CustomMetrics(string names) => Write("info", 601, $"Custom metrics: {names}");

    public void ConfigurationNote(string note) => Write("info", 700, note);

    public void ServiceManagerFailed(string reason) =>
        Write("warn", 701, $"The service manager could not be told of the agent's state: {reason}");

    public void ConfigurationOpen(string what, string mend) => Write("warn", 702, $"{char.ToUpperInvariant(what[0])}{what[1..]}: {mend}");

    public void SourcesChosen(string tcp, string udp, string interfaces, string counters) =>
        Write("info", 403, $"Read from the kernel: TCP {tcp}; UDP {udp}; interfaces {interfaces}; counters {counters}");

    private static string Reason(Exception failure) => failure.Message.TrimEnd('.');

    private static string Seconds(TimeSpan span) => SecondsText.Of(span);

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    private static string Suppressed(int count) => count == 0 ? "" : $" ({Count(count, "such line")} since the last)";

    private void Write(string level, int eventId, ReadOnlySpan<char> text)
    {
        lock (_gate)
        {
            int needed = text.Length + MaxHeadLength;
            if (_line.Length < needed)
                _line = new char[needed];
            int length = UtcText.Write(_line, timeProvider.GetUtcNow());
            _line.AsSpan(length).TryWrite(CultureInfo.InvariantCulture, $" {level} {eventId} {text}", out int rest);
            length += rest;
            // Texts of a peer are in the line: none of them may start a line of its own or drive a terminal.
            OneLine.Clean(_line.AsSpan(0, length));
            try
            {
                writer.WriteLine(_line, 0, length);
                writer.Flush();
            }
            catch (IOException)
            {
                // Nobody reads the log any more; that is no reason to stop reporting.
            }
        }
    }
}
