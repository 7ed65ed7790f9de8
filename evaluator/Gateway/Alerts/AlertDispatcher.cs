using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Alerts.Sinks;
using Defender.Gateway.Mqtt;
using Defender.Gateway.Storage;
using Defender.Gateway.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Alerts;

/// <summary>Delivers what waits for the sinks, each at its own pace: one that fails delays no other.</summary>
internal sealed class AlertDispatcher : BackgroundService
{
    private const int PageSize = 1000;

    private readonly Outbox _outbox;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly HashSet<string> _destinations;
    private readonly List<IAlertSink> _sinks = [];
    private readonly List<SinkWorker> _workers = [];

    [ActivatorUtilitiesConstructor]
    public AlertDispatcher(
        AlertConfiguration configuration,
        Outbox outbox,
        IMessagePublisher publisher,
        GatewayMetrics metrics,
        TimeProvider timeProvider,
        Random random,
        LogBudget budget,
        ILogger<AlertDispatcher> logger)
        : this(configuration, outbox, options => new CountedSink(AlertSinks.Open(options, publisher, timeProvider, logger), metrics), timeProvider, random, budget, logger)
    {
    }

    /// <summary>The same with other sinks.</summary>
    public AlertDispatcher(
        AlertConfiguration configuration,
        Outbox outbox,
        Func<SinkOptions, IAlertSink> open,
        TimeProvider timeProvider,
        Random random,
        LogBudget budget,
        ILogger<AlertDispatcher> logger)
    {
        _outbox = outbox;
        _timeProvider = timeProvider;
        _logger = logger;
        _destinations = [.. configuration.Sinks.Select(options => AlertRouter.DestinationPrefix + options.TopicArn)];
        foreach (SinkOptions options in configuration.Sinks)
        {
            IAlertSink sink = open(options);
            _sinks.Add(sink);
            // Each has its own source of chance: Random is for one thread.
            _workers.Add(new SinkWorker(options, sink, outbox, timeProvider, new Random(random.Next()), budget, logger));
        }
    }

    public override void Dispose()
    {
        foreach (IAlertSink sink in _sinks)
            sink.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not on the thread that starts the gateway.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        LookAfterOrphans();
        await Task.WhenAll(_workers.Select(worker => worker.RunAsync(stoppingToken))).ConfigureAwait(false);
    }

    // A sink that was taken out of the configuration may come back; its messages wait as long as any do.
    private void LookAfterOrphans()
    {
        foreach (string destination in _outbox.ListDestinations(AlertRouter.DestinationPrefix).Where(name => !_destinations.Contains(name)))
        {
            string topicArn = Printable.Escape(destination[AlertRouter.DestinationPrefix.Length..]);
            try
            {
                DateTimeOffset expired = _timeProvider.GetUtcNow() - SinkWorker.MaxAge;
                while (Expired(destination, expired) is { Length: > 0 } ids)
                    _outbox.Remove(destination, ids);
                _logger.SinkIsGone(topicArn, _outbox.CountWaiting(destination));
            }
            catch (StoreException error)
            {
                _logger.OutboxFailed(error, topicArn, "");
            }
        }
    }

    private long[] Expired(string destination, DateTimeOffset before) =>
        [.. _outbox.Read(destination, after: 0, PageSize).Where(row => row.Message.CreatedAt <= before).Select(row => row.Id)];
}
