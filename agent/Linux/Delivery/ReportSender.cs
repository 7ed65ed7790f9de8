using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Core.Answers;
using Defender.Agent.Core.Reports;
using Defender.Agent.Linux.Logging;
using Defender.Agent.Linux.State;
using Defender.Mqtt.Client;

namespace Defender.Agent.Linux.Delivery;

/// <summary>
/// Sends reports over whichever connection stands, one at a time, and takes their answers. A report is done with when it is answered,
/// or acknowledged by the endpoint and not answered in time. Not safe for several threads.
/// </summary>
internal sealed class ReportSender
{
    private static readonly ReportFormat[] Formats = [ReportFormat.Json, ReportFormat.Cbor];

    private readonly Outbox _outbox;
    private readonly StatusBoard _board;
    private readonly ReportTopics[] _topics;
    private readonly AnswerScanner[] _scanners;
    private readonly ReportOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly Log _log;
    private readonly Answer _answer = new();
    private readonly TimeSpan _answerTimeout;
    private OutgoingReport _sent;
    private bool _isAwaited;
    private CancellationTokenSource? _wait;

    public ReportSender(Outbox outbox, StatusBoard board, ReportOptions options, TimeProvider timeProvider, Log log)
    {
        _outbox = outbox;
        _board = board;
        _options = options;
        _timeProvider = timeProvider;
        _log = log;
        // By format: a spooled report may be of the one that was configured before.
        _topics = [new ReportTopics(options.Thing, ReportFormat.Json), new ReportTopics(options.Thing, ReportFormat.Cbor)];
        _scanners = [new AnswerScanner(ReportFormat.Json), new AnswerScanner(ReportFormat.Cbor)];

        // A gateway that never answers must not stretch the interval. With Once the loop's own deadline ends the wait.
        _answerTimeout = options.Once ? TimeSpan.FromDays(1)
            : options.AnswerTimeout < options.Interval ? options.AnswerTimeout
            : options.Interval;
        outbox.Added += () => _wait?.Cancel();
    }

    /// <summary>What the gateway said of the last report it answered.</summary>
    public AnswerStatus LastAnswer { get; private set; } = AnswerStatus.None;

    /// <summary>The report that the endpoint acknowledged and nobody has answered; 0 for none.</summary>
    public long Unanswered { get; private set; }

    /// <summary>
    /// Raised when a report is done with: answered, or acknowledged and the connection still there when the time for an answer is over.
    /// </summary>
    public event Action? Delivered;

    /// <summary>Subscribes to the answers: once for each connection, of the other format only when a report of it waits.</summary>
    public async Task SubscribeAsync(IGatewayConnection connection, bool withOtherFormat, CancellationToken cancellationToken)
    {
        foreach (ReportFormat format in Formats)
        {
            if (format != _options.Format && !withOtherFormat)
                continue;
            await connection.SubscribeAsync(_topics[(int)format].Accepted, cancellationToken);
            await connection.SubscribeAsync(_topics[(int)format].Rejected, cancellationToken);
        }
    }

    /// <summary>Sends what there is until the connection ends (an exception) or, with Once, the first answer is there.</summary>
    public async Task ServeAsync(IGatewayConnection connection, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!_outbox.TryNext(out OutgoingReport report))
            {
                await TakeAnswersAsync(connection, _outbox.UntilReplay, untilAnswered: false, cancellationToken);
                continue;
            }

            if (!await TrySendAsync(connection, report, cancellationToken))
                continue;
            await TakeAnswersAsync(connection, _answerTimeout, untilAnswered: true, cancellationToken);
            if (_isAwaited)
                OnUnanswered();
            Delivered?.Invoke();
            if (_options.Once)
                return;
        }
    }

    private async Task<bool> TrySendAsync(IGatewayConnection connection, OutgoingReport report, CancellationToken cancellationToken)
    {
        string topic = _topics[(int)report.Format].Report;
        _sent = report;
        // The answer can overtake PUBACK.
        _isAwaited = true;
        try
        {
            await connection.PublishAsync(topic, report.Payload, cancellationToken);
        }
        catch (MqttException refusal) when (refusal.Failure == MqttFailure.Refused)
        {
            _isAwaited = false;
            OnRefused(report, refusal);
            return false;
        }
        catch
        {
            _isAwaited = false;
            throw;
        }

        Unanswered = report.ReportId;
        _log.ReportPublished(report.ReportId, topic, report.Payload.Length);
        return true;
    }

    // Also while no report waits for one: an answer that comes late is still worth a line.
    private async Task TakeAnswersAsync(IGatewayConnection connection, TimeSpan time, bool untilAnswered, CancellationToken cancellationToken)
    {
        using CancellationTokenSource timeout = new(time, _timeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        if (!untilAnswered)
            _wait = timeout;
        try
        {
            while (!untilAnswered || _isAwaited)
            {
                while (connection.Messages.TryRead(out MqttMessage? message))
                    Take(message);
                if (untilAnswered && !_isAwaited)
                    return;
                if (!await connection.Messages.WaitToReadAsync(either.Token))
                    await ThrowEndedAsync(connection);
            }
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // The time is over, or a report has come: what the caller waits for.
        }
        finally
        {
            _wait = null;
        }
    }

    private static async Task ThrowEndedAsync(IGatewayConnection connection)
    {
        await connection.Completion;
        throw new IOException("the gateway closed the connection");
    }

    private void Take(MqttMessage message)
    {
        int format = Array.FindIndex(_topics, topics => message.Topic == topics.Accepted || message.Topic == topics.Rejected);
        if (format < 0)
            return;

        byte[] document = message.Payload.ToArray();
        if (!_scanners[format].TryScan(document, 0, document.Length, _answer))
        {
            _log.UnreadableAnswer(message.Topic, document.Length);
            return;
        }

        // One report is in flight, so an answer without an id is for that one.
        long reportId = _answer.ReportId == Answer.NoReportId ? _sent.ReportId : _answer.ReportId;
        if (reportId != _sent.ReportId || (!_isAwaited && Unanswered != reportId))
            return;

        bool isLate = !_isAwaited;
        _isAwaited = false;
        Unanswered = 0;
        LastAnswer = _answer.Status;
        if (_answer.Status == AnswerStatus.Accepted)
            OnAccepted(isLate);
        else
            OnRejected(isLate);
        _board.Changed();
    }

    private void OnAccepted(bool isLate)
    {
        _log.ReportAccepted(_sent.ReportId);
        _board.Status.Accepted++;
        _board.Status.LastAcceptedId = _sent.ReportId;
        _board.Status.LastAcceptedAt = _timeProvider.GetUtcNow();
        if (!isLate)
            _outbox.Accept(_sent);
    }

    private void OnRejected(bool isLate)
    {
        _log.ReportRejected(_sent.ReportId, _answer);
        _board.Status.LastRejectedId = _sent.ReportId;
        _board.Status.LastRejectedAt = _timeProvider.GetUtcNow();
        _board.Status.RejectCode = _answer.ErrorCode;
        _board.Status.RejectMessage = _answer.ErrorMessage;
        _board.Status.RejectDetail = _answer.Detail;
        if (isLate)
            return;
        if (RejectKind.MayPassLater(_answer))
            Postpone(_sent);
        else
            GiveUp(_sent);
    }

    private void OnRefused(in OutgoingReport report, MqttException refusal)
    {
        _log.ReportRefused(report.ReportId, refusal);
        _board.Status.LastError = refusal.Message;
        _board.Status.LastErrorAt = _timeProvider.GetUtcNow();
        if (refusal.ReasonCode is not { } reason || RejectKind.MayPassLater(reason))
            Postpone(report);
        else
            GiveUp(report);
        _board.Changed();
    }

    // Acknowledged by the endpoint, which is as much as a plain broker ever says: sending it again would bring it twice.
    private void OnUnanswered()
    {
        _isAwaited = false;
        _log.ReportUnanswered(_sent.ReportId, _answerTimeout);
        if (!_options.Once)
            _outbox.Settle(_sent);
    }

    private void Postpone(in OutgoingReport report)
    {
        TimeSpan pause = _outbox.Postpone(report);
        // With Once nothing outlives the answer.
        if (!_options.Once)
            _log.ReportPostponed(report.ReportId, pause);
    }

    private void GiveUp(in OutgoingReport report)
    {
        _outbox.Settle(report);
        _board.Status.GivenUp++;
        _log.ReportGivenUp(report.ReportId);
    }
}
