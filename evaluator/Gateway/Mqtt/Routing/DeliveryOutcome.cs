using Defender.Gateway.Mqtt.Sessions;
using Defender.Gateway.Telemetry;

namespace Defender.Gateway.Mqtt.Routing;

/// <summary>Sees what becomes of messages: has them counted, and closes the clients that cannot be kept. Callable under the endpoint's lock.</summary>
internal sealed class DeliveryOutcome(MqttMetrics metrics)
{
    /// <summary>Notes the fate of one message for one session.</summary>
    public void Note(Session session, Delivery delivery)
    {
        metrics.Delivered(delivery);
        if (delivery == Delivery.Overrun)
            session.Connection?.CloseSlow();
    }
}
