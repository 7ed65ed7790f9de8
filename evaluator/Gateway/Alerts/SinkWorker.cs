using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Defender.Gateway.Alerts.Sinks;
using Defender.Gateway.Storage;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Alerts;

/// <summary>
/// Delivers what waits for one sink, in order and at least once: a message leaves the store after it was delivered, and is
/// delivered again, under the same id, when the process ends in between. One task.
/// </summary>
internal sealed class SinkWorker(
    SinkOptions options, IAlertSink sink, Outbox outbox, TimeProvider timeProvider, Random random, LogBudget budget, ILogger logger)
{
    /// <summary>Times that a receiver may refuse a message before it is given up.</summary>
    public const int MaxRefusals = 10;

    private const int PageSize = 32;

    /// <summary>How long a message is tried when nobody takes it.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromDays(14);

    // A crash repeats at most what went out in this span.
    private static readonly TimeSpan MaxUnsettled = TimeSpan.FromSeconds(1);

    private readonly string _destination = AlertRouter.DestinationPrefix + options.TopicArn;
    private readonly ChannelReader<bool> _commits = outbox.Listen(AlertRouter.DestinationPrefix + options.TopicArn);
    private readonly RetryBackoff _backoff = new(random);
    private readonly List<long> _unsettled = [];
    private long _unsettledSince;

    /// <summary>Runs until it is stopped; whatever goes wrong is tried again.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                try
                {
                    await DeliverPageAsync(stopping).ConfigureAwait(false);
                }
                catch (Exception error) when (error is not (OperationCanceledException or OutOfMemoryException))
                {
                    if (budget.TryTake(LogSubject.Failure, out string leftOut))
                        logger.OutboxFailed(error, options.TopicArn, leftOut);
                    await Task.Delay(_backoff.Next(), timeProvider, stopping).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            SettleAtEnd();
        }
    }

    private async Task DeliverPageAsync(CancellationToken stopping)
    {
        // First, or what was delivered would be read again.
        Settle();
        IReadOnlyList<OutboxRow> rows = outbox.Read(_destination, after: 0, PageSize);
        if (rows.Count == 0)
        {
            await _commits.ReadAsync(stopping).ConfigureAwait(false);
            return;
        }

        foreach (OutboxRow row in rows)
        {
            await DeliverAsync(row.Message, stopping).ConfigureAwait(false);
            if (_unsettled.Count == 0)
                _unsettledSince = timeProvider.GetTimestamp();
            _unsettled.Add(row.Id);
            if (timeProvider.GetElapsedTime(_unsettledSince) >= MaxUnsettled)
                Settle();
        }
    }

    // Returns when the message arrived or was given up.
    private async Task DeliverAsync(OutboxMessage message, CancellationToken stopping)
    {
        for (int refusals = 0; ;)
        {
            if (_backoff.Failures > 0 && timeProvider.GetUtcNow() - message.CreatedAt >= MaxAge)
            {
                if (budget.TryTake(LogSubject.Alert, out string leftOut))
                    logger.AlertExpired(message.MessageId, options.TopicArn, MaxAge.TotalDays, leftOut);
                return;
            }

            Delivery delivery = await TryDeliverAsync(message, stopping).ConfigureAwait(false);
            if (delivery.Outcome == DeliveryOutcome.Delivered)
            {
                if (_backoff.Failures > 0)
                    logger.SinkRecovered(options.TopicArn);
                _backoff.Reset();
                return;
            }

            if (delivery.Outcome == DeliveryOutcome.Refused && ++refusals == MaxRefusals)
            {
                // The next message may fare better, and need not wait for it.
                logger.AlertRefused(message.MessageId, options.TopicArn, refusals, delivery.Reason);
                _backoff.Reset();
                return;
            }

            if (_backoff.Failures == 0 && budget.TryTake(LogSubject.Alert, out string linesLeftOut))
                logger.SinkFails(options.TopicArn, delivery.Reason, outbox.CountWaiting(_destination), linesLeftOut);
            TimeSpan wait = _backoff.Next();
            Settle();
            await Task.Delay(wait, timeProvider, stopping).ConfigureAwait(false);
        }
    }

    private async Task<Delivery> TryDeliverAsync(OutboxMessage message, CancellationToken stopping)
    {
        try
        {
            return await sink.DeliverAsync(message, stopping).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not (OperationCanceledException or OutOfMemoryException))
        {
            return Delivery.Failed($"{error.GetType().Name}: {error.Message}");
        }
    }

    private void Settle()
    {
        if (_unsettled.Count == 0)
            return;
        outbox.Remove(_destination, _unsettled);
        _unsettled.Clear();
    }

    private void SettleAtEnd()
    {
        try
        {
            Settle();
        }
        catch (StoreException error)
        {
            logger.OutboxFailed(error, options.TopicArn, "");
        }
    }
}
