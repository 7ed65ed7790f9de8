using System;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Alerts;
using Defender.Gateway.Brokers.Events;
using Defender.Gateway.Hosting;
using Defender.Gateway.Ingest;
using Defender.Mqtt.Client;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Brokers;

/// <summary>Keeps a connection to an external broker as long as the gateway runs.</summary>
internal sealed class BrokerSource : BackgroundService
{
    /// <summary>The longest wait between two attempts.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    /// <summary>A connection that held so long ends a row of failures; a broker that accepts and drops at once is not run into at full speed.</summary>
    public static readonly TimeSpan StableAfter = TimeSpan.FromSeconds(10);

    private readonly BrokerOptions _options;
    private readonly BrokerConnector _connector;
    private readonly RetryBackoff _backoff;
    private readonly ReportMailbox _mailbox;
    private readonly BrokerClients _clients;
    private readonly TimeProvider _timeProvider;
    private readonly LogBudget _budget;
    private readonly ILogger _logger;
    private string? _trouble;

    public BrokerSource(
        BrokerOptions options, ReportMailbox mailbox, BrokerClients clients, Random random, TimeProvider timeProvider, LogBudget budget, ILogger<BrokerSource> logger)
    {
        _options = options;
        _connector = new BrokerConnector(options, timeProvider);
        _backoff = new RetryBackoff(random, LongestWait);
        _mailbox = mailbox;
        _clients = clients;
        _timeProvider = timeProvider;
        _budget = budget;
        _logger = logger;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                string reason = await ServeAsync(stoppingToken).ConfigureAwait(false);
                stoppingToken.ThrowIfCancellationRequested();
                // Once for each trouble, not with each attempt.
                if (reason != _trouble)
                    _logger.BrokerUnavailable(_options.Address.ToString(), Printable.Escape(reason));
                _trouble = reason;
                await Task.Delay(_backoff.Next(), _timeProvider, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The gateway stops.
        }
    }

    /// <summary>Serves one connection; returns why there is none, or no longer.</summary>
    private async Task<string> ServeAsync(CancellationToken stoppingToken)
    {
        try
        {
            await using MqttClient client = await _connector.ConnectAsync(stoppingToken).ConfigureAwait(false);
            var session = new BrokerSession(client, _options, _mailbox, _clients, _budget, _logger);
            Task<string> serving = session.RunAsync(stoppingToken);
            long start = _timeProvider.GetTimestamp();
            try
            {
                // While messages of the kept session come already: a SUBACK can stand behind them.
                await session.SubscribeAsync(stoppingToken).ConfigureAwait(false);
                _trouble = null;
            }
            catch
            {
                await client.DisposeAsync().ConfigureAwait(false);
                await serving.ConfigureAwait(false);
                throw;
            }

            string reason = await serving.ConfigureAwait(false);
            if (_timeProvider.GetElapsedTime(start) >= StableAfter)
                _backoff.Reset();
            return reason;
        }
        catch (Exception error) when (error is MqttException or StartupException)
        {
            return _connector.Explain(error);
        }
    }
}
