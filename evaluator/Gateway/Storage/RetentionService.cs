using System;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Hosting;
using Defender.Gateway.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Storage;

/// <summary>Forgets what is old, each minute, and the oldest metric values where the store is larger than it may be.</summary>
internal sealed class RetentionService(IStore store, GatewayOptions options, TimeProvider timeProvider, GatewayMetrics metrics, LogBudget budget, ILogger<RetentionService> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, timeProvider);
        try
        {
            do
                Forget();
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // The gateway stops.
        }
    }

    private void Forget()
    {
        DateTimeOffset now = timeProvider.GetUtcNow();
        try
        {
            store.DeleteBefore(now - options.ViolationRetention, now - options.MetricRetention);
            long size = store.MeasureSize();
            metrics.StoreSize(size);
            if (options.MaxStoreBytes is not { } limit)
                return;
            for (; size > limit; size = store.MeasureSize())
            {
                if (!store.DeleteOldestMetricDay(now))
                {
                    if (budget.TryTake(LogSubject.Failure, out string leftOut))
                        logger.StoreTooLarge(size, limit, leftOut);
                    return;
                }

                logger.MetricDayForgotten(size, limit);
            }
        }
        catch (StoreException error)
        {
            if (budget.TryTake(LogSubject.Failure, out string leftOut))
                logger.RetentionFailed(error, leftOut);
        }
    }
}
