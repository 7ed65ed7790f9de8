using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Core.Answers;
using Defender.Agent.Core.Reports;
using Defender.Agent.Core.Scheduling;
using Defender.Agent.Linux.Collectors;
using Defender.Agent.Linux.Logging;
using Defender.Agent.Linux.State;
using Defender.Mqtt.Client;

namespace Defender.Agent.Linux.Delivery;

/// <summary>
/// Makes reports, keeps a connection to the gateway and sends them over it, until told to stop; nothing but the stop ends it.
/// Everything in it runs on one thread, that of the context it is started in.
/// </summary>
internal sealed class ReportLoop : IDisposable
{
    private static readonly TimeSpan DisconnectTimeout = TimeSpan.FromSeconds(2);

    private readonly IGatewayConnector _connector;
    private readonly ReportCollector _collector;
    private readonly ReportOptions _options;
    private readonly ILiveness _liveness;
    private readonly TimeProvider _timeProvider;
    private readonly Log _log;
    private readonly StateDirectory _directory;
    private readonly KeptState _state;
    private readonly Spool _spool;
    private readonly ReportIds _ids;
    private readonly StatusBoard _board;
    private readonly Outbox _outbox;
    private readonly ReportMaker _maker;
    private readonly ReportSender _sender;
    private readonly OutageLog _outage;
    private readonly BackOff _backOff;

    public ReportLoop(
        IGatewayConnector connector,
        ReportCollector collector,
        ReportOptions options,
        DeliveryOptions delivery,
        ILiveness liveness,
        Random jitter,
        TimeProvider timeProvider,
        Log log)
    {
        _connector = connector;
        _collector = collector;
        _options = options;
        _liveness = liveness;
        _timeProvider = timeProvider;
        _log = log;
        _outage = new OutageLog(connector.Endpoint, timeProvider, log);
        _backOff = new BackOff(firstMs: 1000, capMs: (int)delivery.LongestRetryWait.TotalMilliseconds, jitter);

        // One report by hand has nothing to do with those that wait.
        _directory = new StateDirectory(options.Once ? null : delivery.StateDirectory, log);
        _state = new KeptState(_directory);
        _spool = new Spool(_directory, delivery.SpooledReports, log);
        _ids = new ReportIds(_state, _spool.NewestId, options.Interval);
        _board = new StatusBoard(options.Once ? null : delivery.StatusFile, timeProvider, log);
        _outbox = new Outbox(_spool, options.Format, delivery.ReplayInterval, jitter, timeProvider);
        _maker = new ReportMaker(collector, options, _ids, _outbox, _board, timeProvider, log);
        _sender = new ReportSender(_outbox, _board, options, timeProvider, log);
        _sender.Delivered += OnDelivered;
        _directory.Changed += ShowSpool;
        _outbox.Changed += ShowSpool;
    }

    /// <summary>Runs until <paramref name="stop"/>, or with Once until the first report is answered or its time is over.</summary>
    /// <returns>Whether the last answer was that a report is accepted.</returns>
    public async Task<bool> RunAsync(CancellationToken stop)
    {
        if (!_state.Base.IsEmpty)
            _collector.TryRestoreBase(_state.Base.Span);
        ShowStart();
        _liveness.Ready();
        // The first report waits for the first connection, not on the disk.
        _outbox.Open();
        if (_options.Once)
            await RunOnceAsync(stop);
        else
            await RunUntilAsync(stop);
        return _sender.LastAnswer == AnswerStatus.Accepted;
    }

    /// <summary>Writes what is new in the status.</summary>
    public void Dispose() => _board.Dispose();

    private async Task RunUntilAsync(CancellationToken stop)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task making = IgnoreStopAsync(_maker.RunAsync(end.Token));
        Task living = IgnoreStopAsync(SignLifeAsync(end.Token));
        try
        {
            await KeepConnectedAsync(stop, stop);
        }
        finally
        {
            end.Cancel();
            await making;
            await living;
            SaveState();
        }
    }

    private async Task RunOnceAsync(CancellationToken stop)
    {
        using CancellationTokenSource deadline = new(_options.AnswerTimeout, _timeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stop);
        await IgnoreStopAsync(_maker.MakeAsync(either.Token));
        await KeepConnectedAsync(either.Token, stop);

        if (_sender.LastAnswer != AnswerStatus.None || stop.IsCancellationRequested)
            return;
        if (_sender.Unanswered == 0)
            _log.GaveUp(_connector.Endpoint, _options.AnswerTimeout);
        else
            _log.ReportUnanswered(_sender.Unanswered, _options.AnswerTimeout);
    }

    private async Task KeepConnectedAsync(CancellationToken end, CancellationToken stop)
    {
        try
        {
            while (!await TryServeAsync(end, stop))
                await Task.Delay(TimeSpan.FromMilliseconds(_backOff.NextMs()), _timeProvider, end);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // Told to stop while waiting.
        }
    }

    // One connection, from CONNECT to its end; true when there is nothing left to do.
    private async Task<bool> TryServeAsync(CancellationToken end, CancellationToken stop)
    {
        IGatewayConnection? connection = null;
        bool isSubscribed = false;
        try
        {
            _outbox.Open();
            _board.Status.LastAttemptAt = _timeProvider.GetUtcNow();
            connection = await _connector.ConnectAsync(_sender.OnMessage, end);
            ReportFormat other = _options.Format == ReportFormat.Json ? ReportFormat.Cbor : ReportFormat.Json;
            await _sender.SubscribeAsync(connection, _spool.Holds(other), end);
            isSubscribed = true;
            _outage.Connected(connection.Facts);
            ShowConnected(connection.Facts);
            await _sender.ServeAsync(connection, end);
            return true;
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            if (stop.IsCancellationRequested)
            {
                _log.Stopping();
                _liveness.Stopping();
            }

            return true;
        }
        catch (Exception failure) when (failure is MqttException or IOException)
        {
            _outage.Failed(failure, isSubscribed);
            ShowFailure(failure);
            return false;
        }
        catch (Exception failure)
        {
            // The outermost handler: a fault of ours costs this connection, never the agent or its device.
            _log.Unexpected(failure);
            ShowFailure(failure);
            return false;
        }
        finally
        {
            _outbox.Close();
            _board.Status.ConnectedSince = null;
            ShowSpool();
            if (connection is not null)
                await CloseAsync(connection);
        }
    }

    private async Task CloseAsync(IGatewayConnection connection)
    {
        try
        {
            using CancellationTokenSource timeout = new(DisconnectTimeout, _timeProvider);
            await connection.DisconnectAsync(timeout.Token);
        }
        catch (Exception failure) when (failure is MqttException or IOException or OperationCanceledException)
        {
            // The connection is gone already, or the gateway does not read any more.
        }
        finally
        {
            await connection.DisposeAsync();
        }
    }

    // Not while a report is long overdue: then the loop hangs, and who watches shall end it.
    private async Task SignLifeAsync(CancellationToken end)
    {
        if (_liveness.AliveEvery == Timeout.InfiniteTimeSpan)
            return;
        Signal pause = new(_timeProvider);
        while (true)
        {
            if (_maker.Overdue < _options.Interval + TimeSpan.FromMinutes(1))
                _liveness.Alive();
            await pause.WaitAsync(_liveness.AliveEvery, end);
        }
    }

    private void SaveState()
    {
        byte[] counterBase = new byte[ReportCollector.MaxBaseBytes];
        int length = _collector.SaveBase(counterBase);
        _state.Close(_ids.Last, counterBase.AsMemory(0, length));
    }

    private static async Task IgnoreStopAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException)
        {
            // That is how it ends.
        }
    }

    // Only now: an endpoint that takes connections and no reports is not hammered.
    private void OnDelivered()
    {
        _outage.Delivered();
        _backOff.Reset();
    }

    private void ShowStart()
    {
        AgentStatus status = _board.Status;
        status.Thing = _options.Thing.Value;
        status.Endpoint = _connector.Endpoint;
        status.ProcessId = Environment.ProcessId;
        status.StartedAt = _timeProvider.GetUtcNow();
        status.IntervalSeconds = (long)Math.Ceiling(_options.Interval.TotalSeconds);
        ShowSpool();
    }

    private void ShowConnected(ConnectionFacts facts)
    {
        AgentStatus status = _board.Status;
        status.ConnectedSince = _timeProvider.GetUtcNow();
        status.Peer = facts.Peer;
        status.MqttVersion = facts.MqttVersion;
        status.TlsImplementation = facts.TlsImplementation;
        status.TlsVersion = facts.TlsVersion;
        _board.Changed();
        _liveness.Status($"Connected to {_connector.Endpoint} ({facts})");
    }

    private void ShowFailure(Exception failure)
    {
        _board.Status.LastError = failure.Message;
        _board.Status.LastErrorAt = _timeProvider.GetUtcNow();
        _liveness.Status($"No connection to {_connector.Endpoint}: {failure.Message}");
    }

    private void ShowSpool()
    {
        _board.Status.Spooled = _spool.Count;
        _board.Status.Dropped = _spool.Dropped;
        _board.Status.StateError = _directory.Error;
        _board.Changed();
    }
}
