using System;
using System.IO;
using System.Runtime.CompilerServices;
using System.Text;
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
    private readonly TopicBytes[] _topics;
    private readonly AnswerScanner[] _scanners;
    private readonly ReportOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly Log _log;
    private readonly Answer _answer = new();
    private readonly TimeSpan _answerTimeout;

    // A report has come, an answer, or the end of the connection.
    private readonly Signal _news;
    private OutgoingReport _sent;
    private bool _isAwaited;
    private bool _isPublishing;
    private bool _hasAnswer;
    private byte[] _document = new byte[1024];

    public ReportSender(Outbox outbox, StatusBoard board, ReportOptions options, TimeProvider timeProvider, Log log)
    {
        _outbox = outbox;
        _board = board;
        _options = options;
        _timeProvider = timeProvider;
        _log = log;
        // By format: a spooled report may be of the one that was configured before.
        _topics = [new TopicBytes(new ReportTopics(options.Thing, ReportFormat.Json)), new TopicBytes(new ReportTopics(options.Thing, ReportFormat.Cbor))];
        _scanners = [new AnswerScanner(ReportFormat.Json), new AnswerScanner(ReportFormat.Cbor)];

        // A gateway that never answers must not stretch the interval. With Once the loop's own deadline ends the wait.
        _answerTimeout = options.Once ? TimeSpan.FromDays(1)
            : options.AnswerTimeout < options.Interval ? options.AnswerTimeout
            : options.Interval;
        _news = new Signal(timeProvider);
        outbox.Added += _news.Set;
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
            await connection.SubscribeAsync(_topics[(int)format].Names.Accepted, cancellationToken);
            await connection.SubscribeAsync(_topics[(int)format].Names.Rejected, cancellationToken);
        }
    }

    /// <summary>Sends what there is until the connection ends (an exception) or, with Once, the first answer is there.</summary>
    public async Task ServeAsync(IGatewayConnection connection, CancellationToken cancellationToken)
    {
        _ = SayEndAsync(connection);
        while (true)
        {
            if (connection.Completion.IsCompleted)
                await ThrowEndedAsync(connection);
            if (!_outbox.TryNext(out OutgoingReport report))
            {
                await _news.WaitAsync(_outbox.UntilReplay, cancellationToken);
                continue;
            }

            // All of a send goes on where the waits in it do, which is here.
            if (!await TrySendAsync(connection, report, cancellationToken).ConfigureAwait(false))
                continue;
            long sentAt = _timeProvider.GetTimestamp();
            while (_isAwaited && await _news.WaitAsync(_answerTimeout - _timeProvider.GetElapsedTime(sentAt), cancellationToken))
            {
                if (_isAwaited && connection.Completion.IsCompleted)
                    await ThrowEndedAsync(connection);
            }

            if (_isAwaited)
                OnUnanswered();
            Delivered?.Invoke();
            if (_options.Once)
                return;
        }
    }

    /// <summary>
    /// Takes a message of the connection, also while no report waits for an answer: one that comes late is still worth a line.
    /// </summary>
    public void OnMessage(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
    {
        for (int format = 0; format < _topics.Length; format++)
        {
            if (topic.SequenceEqual(_topics[format].Accepted) || topic.SequenceEqual(_topics[format].Rejected))
                TakeAnswer(format, topic, payload);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> TrySendAsync(IGatewayConnection connection, OutgoingReport report, CancellationToken cancellationToken)
    {
        TopicBytes topic = _topics[(int)report.Format];
        _sent = report;
        _hasAnswer = false;
        _isAwaited = true;
        _isPublishing = true;
        try
        {
            await connection.PublishAsync(topic.Report, report.Payload, cancellationToken).ConfigureAwait(false);
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
        finally
        {
            _isPublishing = false;
        }

        Unanswered = report.ReportId;
        _log.ReportPublished(report.ReportId, topic.Names.Report, report.Payload.Length);
        if (_hasAnswer)
            OnAnswer();
        return true;
    }

    private async Task SayEndAsync(IGatewayConnection connection)
    {
        await connection.Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        _news.Set();
    }

    private static async Task ThrowEndedAsync(IGatewayConnection connection)
    {
        await connection.Completion;
        throw new IOException("the gateway closed the connection");
    }

    private void TakeAnswer(int format, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
    {
        // A second one to the report on its way.
        if (_hasAnswer)
            return;
        // No longer than the longest packet of the connection.
        if (_document.Length < payload.Length)
            _document = new byte[payload.Length];
        payload.CopyTo(_document);
        if (!_scanners[format].TryScan(_document, 0, payload.Length, _answer))
        {
            _log.UnreadableAnswer(Encoding.UTF8.GetString(topic), payload.Length);
            return;
        }

        // One report is in flight, so an answer without an id is for that one.
        long reportId = _answer.ReportId == Answer.NoReportId ? _sent.ReportId : _answer.ReportId;
        if (reportId != _sent.ReportId || (!_isAwaited && Unanswered != reportId))
            return;

        // The answer can overtake PUBACK, and waits for it then.
        _hasAnswer = true;
        if (!_isPublishing)
            OnAnswer();
    }

    private void OnAnswer()
    {
        bool isLate = !_isAwaited;
        _hasAnswer = false;
        _isAwaited = false;
        Unanswered = 0;
        LastAnswer = _answer.Status;
        if (_answer.Status == AnswerStatus.Accepted)
            OnAccepted(isLate);
        else
            OnRejected(isLate);
        _board.Changed();
        _news.Set();
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
