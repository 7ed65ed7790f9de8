using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Brokers;
using Defender.Gateway.Brokers.Events;
using Defender.Gateway.Ingest;
using Defender.Gateway.Tests.Running;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Tests.Brokers;

/// <summary>A source of reports at a scripted broker, with a mailbox that the test empties.</summary>
internal sealed class BrokerBench : IAsyncDisposable
{
    private readonly ILoggerFactory _loggers;
    private BrokerSource? _source;

    public BrokerBench() => _loggers = LoggerFactory.Create(logging => logging.AddProvider(Log));

    public ScriptedBroker Broker { get; } = new();

    public LineLog Log { get; } = new();

    public ReportMailbox Mailbox { get; } = new();

    public RecordingLedger Ledger { get; } = new();

    public BrokerOptions Options => new() { Address = Broker.Address };

    /// <summary>Starts it; failures in a row are not waited for.</summary>
    public Task StartAsync(BrokerOptions? options = null)
    {
        _source = new BrokerSource(
            options ?? Options, Mailbox, new BrokerClients(Ledger), new AtOnce(), TimeProvider.System, new LogBudget(TimeProvider.System), _loggers.CreateLogger<BrokerSource>());
        return _source.StartAsync(CancellationToken.None);
    }

    /// <summary>Starts it and takes its connection with the subscriptions.</summary>
    public async Task ConnectAsync(BrokerOptions? options = null, int subscriptions = 2)
    {
        await StartAsync(options);
        await AcceptAsync(subscriptions);
    }

    public async Task AcceptAsync(int subscriptions = 2)
    {
        await Broker.AcceptAsync();
        for (int i = 0; i < subscriptions; i++)
            await Broker.NextAsync();
    }

    /// <summary>The next report in the mailbox.</summary>
    public async Task<ReportRequest> TakeAsync()
    {
        var taken = new List<ReportRequest>();
        await Task.Run(Mailbox.WaitForWork).WaitAsync(TestGateway.Deadline);
        Mailbox.Take(taken, limit: 1);
        return taken[0];
    }

    /// <summary>Judges a report.</summary>
    public static void Complete(ReportRequest request, bool isAccepted = true, bool isStored = true)
    {
        request.BeginAnswer(isAccepted).Write(isAccepted ? "good"u8 : "bad"u8);
        request.Complete(isStored);
    }

    public static string Describe(ReportRequest request) => $"{Encoding.UTF8.GetString(request.Thing)} {request.Format} {Encoding.UTF8.GetString(request.Payload)}";

    public Task StopAsync() => _source!.StopAsync(CancellationToken.None).WaitAsync(TestGateway.Deadline);

    public async ValueTask DisposeAsync()
    {
        Mailbox.Close();
        // The reports of a test that broke off.
        var left = new List<ReportRequest>();
        Mailbox.Take(left, int.MaxValue);
        left.ForEach(static request => request.Complete(false));
        await Broker.DisposeAsync();
        if (_source is not null)
            await StopAsync();
        _source?.Dispose();
        _loggers.Dispose();
    }

    private sealed class AtOnce : Random
    {
        public override double NextDouble() => 0;
    }
}
