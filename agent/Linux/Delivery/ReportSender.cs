using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Core.Answers;
using Defender.Agent.Core.Reports;
using Defender.Agent.Core.Scheduling;
using Defender.Agent.Linux.Collectors;
using Defender.Agent.Linux.Logging;
using Defender.Mqtt.Client;

namespace Defender.Agent.Linux.Delivery;

/// <summary>
/// Sends reports over whichever connection stands, one at a time, and takes their answers. Outlives connections: a report that
/// the gateway did not acknowledge stays due, and its traffic goes into the next one. Not safe for several threads.
/// </summary>
internal sealed class ReportSender
{
    private const long NoReport = 0;

    private readonly ReportCollector _collector;
    private readonly ReportTopics _topics;
    private readonly ReportWriter _writer;
    private readonly AnswerScanner _scanner;
    private readonly ReportOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly Log _log;
    private readonly ReportSchedule _schedule;
    private readonly ReportId _reportIds = new(last: 0);
    private readonly Answer _answer = new();
    private readonly byte[] _payload = new byte[Report.MaxBytes];
    private readonly TimeSpan _answerTimeout;
    private readonly long _startedAt;
    private long _unanswered = NoReport;

    public ReportSender(ReportCollector collector, ReportOptions options, TimeProvider timeProvider, Log log)
    {
        _collector = collector;
        _options = options;
        _timeProvider = timeProvider;
        _log = log;
        _topics = new ReportTopics(options.Thing, options.Format);
        _writer = new ReportWriter(options.Format, options.Names);
        _scanner = new AnswerScanner(options.Format);
        _startedAt = timeProvider.GetTimestamp();
        _schedule = new ReportSchedule((long)options.Interval.TotalMilliseconds, nowMs: 0);

        // A gateway that never answers must not stretch the interval. With Once the loop's own deadline ends the wait.
        _answerTimeout = options.Once ? TimeSpan.FromDays(1)
            : options.AnswerTimeout < options.Interval ? options.AnswerTimeout
            : options.Interval;
    }

    /// <summary>What the gateway said of the last report it answered.</summary>
    public AnswerStatus LastAnswer { get; private set; } = AnswerStatus.None;

    /// <summary>The report that waits for its answer, or 0.</summary>
    public long Unanswered => _unanswered;

    /// <summary>Raised when the gateway has acknowledged a report.</summary>
    public event Action? Delivered;

    private long NowMs => (long)_timeProvider.GetElapsedTime(_startedAt).TotalMilliseconds;

    /// <summary>Subscribes to the answers.</summary>
    public async Task SubscribeAsync(IGatewayConnection connection, CancellationToken cancellationToken)
    {
        await connection.SubscribeAsync(_topics.Accepted, cancellationToken);
        await connection.SubscribeAsync(_topics.Rejected, cancellationToken);
    }

    /// <summary>Reports whenever it is due, until the connection ends (an exception) or, with Once, the first answer is there.</summary>
    public async Task ServeAsync(IGatewayConnection connection, CancellationToken cancellationToken)
    {
        while (true)
        {
            TimeSpan untilDue = TimeSpan.FromMilliseconds(_schedule.WaitMs(NowMs));
            await TakeAnswersAsync(connection, untilDue, untilAnswered: false, cancellationToken);
            await SendAsync(connection, cancellationToken);
            await TakeAnswersAsync(connection, _answerTimeout, untilAnswered: true, cancellationToken);
            if (_unanswered != NoReport)
                _log.ReportUnanswered(_unanswered, _answerTimeout);
            if (_options.Once)
                return;
        }
    }

    private async Task SendAsync(IGatewayConnection connection, CancellationToken cancellationToken)
    {
        Report report = _collector.Report;
        await _collector.PrepareAsync(cancellationToken);
        _collector.Collect(_reportIds.Next(_timeProvider.GetUtcNow().ToUnixTimeSeconds()));
        if (!_writer.TryWriteTrimmed(report, _payload, 0, _payload.Length, out int length))
            throw new InvalidOperationException("a report without a row fits into the payload of a message");

        LogTrimmed(report);
        _unanswered = report.ReportId;
        await connection.PublishAsync(_topics.Report, _payload.AsMemory(0, length), cancellationToken);
        _schedule.Advance(NowMs);
        _log.ReportPublished(report.ReportId, _topics.Report, length);
        Delivered?.Invoke();
    }

    private void LogTrimmed(Report report)
    {
        int ports = report.TcpPorts.Count + report.UdpPorts.Count;
        int allPorts = report.TcpPorts.Total + report.UdpPorts.Total;
        if (ports < allPorts || report.Connections.Count < report.Connections.Total)
            _log.ReportTrimmed(report.ReportId, ports, allPorts, report.Connections.Count, report.Connections.Total);
    }

    // Also while no report is due: an answer that comes late still moves the base of the deltas.
    private async Task TakeAnswersAsync(
        IGatewayConnection connection, TimeSpan time, bool untilAnswered, CancellationToken cancellationToken)
    {
        if (time <= TimeSpan.Zero)
            return;

        using CancellationTokenSource timeout = new(time, _timeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            while (!untilAnswered || _unanswered != NoReport)
            {
                if (!await connection.Messages.WaitToReadAsync(either.Token))
                    await ThrowEndedAsync(connection);
                while (!either.IsCancellationRequested && connection.Messages.TryRead(out MqttMessage? message))
                    Take(message);
            }
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // The time is over, which is what the caller waits for.
        }
    }

    private static async Task ThrowEndedAsync(IGatewayConnection connection)
    {
        await connection.Completion;
        throw new IOException("the gateway closed the connection");
    }

    private void Take(MqttMessage message)
    {
        if (message.Topic != _topics.Accepted && message.Topic != _topics.Rejected)
            return;

        byte[] document = message.Payload.ToArray();
        if (!_scanner.TryScan(document, 0, document.Length, _answer))
        {
            _log.UnreadableAnswer(message.Topic, document.Length);
            return;
        }

        // One report is in flight, so an answer without an id is for that one; an older report's traffic is in it as well.
        if (_unanswered == NoReport || (_answer.ReportId != Answer.NoReportId && _answer.ReportId != _unanswered))
            return;

        LastAnswer = _answer.Status;
        if (_answer.Status == AnswerStatus.Accepted)
        {
            _collector.Acknowledge();
            _log.ReportAccepted(_unanswered);
        }
        else
        {
            _log.ReportRejected(_unanswered, _answer);
        }

        _unanswered = NoReport;
    }
}
