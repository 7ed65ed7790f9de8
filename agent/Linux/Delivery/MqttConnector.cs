using System;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Defender.Agent.Core.Things;
using Defender.Mqtt;
using Defender.Mqtt.Client;

namespace Defender.Agent.Linux.Delivery;

/// <summary>Connects with the thing name as client id, so that device-side and cloud-side metrics meet in one thing.</summary>
internal sealed class MqttConnector(DeliveryOptions delivery, ThingName thing, TimeProvider timeProvider) : IGatewayConnector
{
    public string Endpoint { get; } = delivery.Endpoint.ToString();

    public async Task<IGatewayConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        MqttClientOptions options = new()
        {
            Host = delivery.Endpoint.Host,
            Port = delivery.Endpoint.Port,
            Version = delivery.Version,
            ClientId = delivery.ClientId ?? thing.Value,
            UserName = delivery.UserName,
            Password = delivery.Password,
            KeepAlive = delivery.KeepAlive,
            ConnectTimeout = delivery.ConnectTimeout,
            AckTimeout = delivery.AckTimeout,
            TimeProvider = timeProvider,
        };
        return new Connection(await MqttClient.ConnectAsync(options, cancellationToken));
    }

    private sealed class Connection(MqttClient client) : IGatewayConnection
    {
        public ChannelReader<MqttMessage> Messages => client.Messages;

        public Task Completion => client.Completion;

        public Task SubscribeAsync(string topic, CancellationToken cancellationToken) =>
            client.SubscribeAsync(topic, MqttQoS.AtLeastOnce, cancellationToken);

        public Task PublishAsync(string topic, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
            client.PublishAsync(topic, payload, MqttQoS.AtLeastOnce, cancellationToken);

        public Task DisconnectAsync(CancellationToken cancellationToken) => client.DisconnectAsync(cancellationToken);

        public ValueTask DisposeAsync() => client.DisposeAsync();
    }
}
