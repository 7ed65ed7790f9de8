using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Storage;
using Defender.Gateway.Telemetry;

namespace Defender.Gateway.Alerts.Sinks;

/// <summary>Counts what came of each try.</summary>
internal sealed class CountedSink(IAlertSink sink, GatewayMetrics metrics) : IAlertSink
{
    public async Task<Delivery> DeliverAsync(OutboxMessage message, CancellationToken cancellationToken)
    {
        Delivery delivery = await sink.DeliverAsync(message, cancellationToken).ConfigureAwait(false);
        metrics.AlertDelivery(delivery.Outcome);
        return delivery;
    }

    public void Dispose() => sink.Dispose();
}
