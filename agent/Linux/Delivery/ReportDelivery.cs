using System;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Linux.Collectors;
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
    /// <summary>Runs until <paramref name="stop"/>, or with Once until the first report is answered or its time is over.</summary>
    /// <returns>Whether the last answer was that a report is accepted.</returns>
    public Task<bool> RunAsync(CancellationToken stop)
    {
        MqttConnector connector = new(delivery, report.Thing, timeProvider);
        ReportLoop loop = new(connector, collector, report, liveness, jitter, timeProvider, log);
        return loop.RunAsync(stop);
    }
}
