using System;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Linux.Collectors;
using Defender.Agent.Linux.Delivery.Network;
using Defender.Agent.Linux.Logging;

namespace Defender.Agent.Linux.Delivery;

/// <summary>Everything between the collector and the gateway, put together from the options.</summary>
internal sealed class ReportDelivery(
    ReportCollector collector,
    ReportOptions report,
    DeliveryOptions delivery,
    ILiveness liveness,
    Random jitter,
    TimeProvider timeProvider,
    Log log)
{
    /// <summary>Runs on the calling thread until <paramref name="stop"/>, or with Once until the first report is answered or its time is over.</summary>
    /// <returns>Whether the last answer was that a report is accepted.</returns>
    public bool Run(CancellationToken stop)
    {
        using EventLoop loop = new(timeProvider);
        return loop.Run(() => RunAsync(loop, stop));
    }

    private async Task<bool> RunAsync(EventLoop loop, CancellationToken stop)
    {
        // A signal comes on a thread of its own; what it ends, ends on the loop.
        using CancellationTokenSource stopping = new();
        using CancellationTokenRegistration registration = stop.UnsafeRegister(
            _ => loop.Post(_ => stopping.Cancel(), null), null);
        MqttConnector connector = new(delivery, report.Thing, loop);
        using ReportLoop reports = new(connector, collector, report, delivery, liveness, jitter, loop.Clock, log);
        return await reports.RunAsync(stopping.Token);
    }
}
