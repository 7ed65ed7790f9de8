using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Core.Answers;
using Defender.Agent.Core.Scheduling;
using Defender.Agent.Linux.Collectors;
using Defender.Agent.Linux.Logging;
using Defender.Mqtt.Client;

namespace Defender.Agent.Linux.Delivery;

/// <summary>Keeps a connection to the gateway and reports over it until told to stop. Nothing but the stop ends it.</summary>
internal sealed class ReportLoop
{
    private static readonly TimeSpan DisconnectTimeout = TimeSpan.FromSeconds(2);

    private readonly IGatewayConnector _connector;
    private readonly ReportOptions _options;
    private readonly ILiveness _liveness;
    private readonly TimeProvider _timeProvider;
    private readonly Log _log;
    private readonly ReportSender _sender;
    private readonly OutageLog _outage;
    private readonly BackOff _backOff;

    public ReportLoop(
        IGatewayConnector connector,
        ReportCollector collector,
        ReportOptions options,
        ILiveness liveness,
        Random jitter,
        TimeProvider timeProvider,
        Log log)
    {
        _connector = connector;
        _options = options;
        _liveness = liveness;
        _timeProvider = timeProvider;
        _log = log;
        _outage = new OutageLog(connector.Endpoint, timeProvider, log);
        _backOff = new BackOff(firstMs: 1000, capMs: 30_000, jitter);
        _sender = new ReportSender(collector, options, timeProvider, log);
        _sender.Delivered += OnDelivered;
    }

    /// <summary>Runs until <paramref name="stop"/>, or with Once until the first report is answered or its time is over.</summary>
    /// <returns>Whether the last answer was that a report is accepted.</returns>
    public async Task<bool> RunAsync(CancellationToken stop)
    {
        _liveness.Ready();
        if (_options.Once)
            await RunOnceAsync(stop);
        else
            await KeepConnectedAsync(stop, stop);
        return _sender.LastAnswer == AnswerStatus.Accepted;
    }

    private async Task RunOnceAsync(CancellationToken stop)
    {
        using CancellationTokenSource deadline = new(_options.AnswerTimeout, _timeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stop);
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
            connection = await _connector.ConnectAsync(end);
            await _sender.SubscribeAsync(connection, end);
            isSubscribed = true;
            _outage.Connected();
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
            return false;
        }
        catch (Exception failure)
        {
            // The outermost handler: a fault of ours costs this connection, never the agent or its device.
            _log.Unexpected(failure);
            return false;
        }
        finally
        {
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

    // Only now: an endpoint that takes connections and no reports is not hammered.
    private void OnDelivered()
    {
        _outage.Delivered();
        _backOff.Reset();
    }
}
