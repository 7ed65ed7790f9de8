using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Mqtt;
using Defender.Gateway.Storage;

namespace Defender.Gateway.Alerts.Sinks;

/// <summary>Publishes messages on the gateway's own endpoint, to whoever is subscribed at that moment.</summary>
internal sealed class MqttSink(MqttSinkOptions options, IMessagePublisher publisher) : IAlertSink
{
    private readonly byte[] _topic = Encoding.UTF8.GetBytes(options.Topic);

    public Task<Delivery> DeliverAsync(OutboxMessage message, CancellationToken cancellationToken)
    {
        publisher.Publish(_topic, message.Body, options.QoS);
        return Task.FromResult(Delivery.Delivered);
    }

    public void Dispose()
    {
    }
}
