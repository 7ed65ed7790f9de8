using System;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Core.Things;
using Defender.Agent.Linux.Delivery.Network;
using Defender.Agent.Linux.Tls;
using Defender.Mqtt;
using Defender.Mqtt.Client;

namespace Defender.Agent.Linux.Delivery;

/// <summary>Connects over TCP or TLS; by default with the thing name as client id, so that device-side and cloud-side metrics meet in one thing.</summary>
internal sealed class MqttConnector(DeliveryOptions delivery, ThingName thing, EventLoop loop) : IGatewayConnector
{
    private readonly TcpDialer _dialer = new(loop);
    private ITlsClient? _tls;

    public string Endpoint { get; } = delivery.Endpoint.ToString();

    public async Task<IGatewayConnection> ConnectAsync(MqttMessageHandler onMessage, CancellationToken cancellationToken)
    {
        ConnectionFacts facts = new("", delivery.Version == MqttVersion.V5 ? "5.0" : "3.1.1", "", "");
        MqttClientOptions options = new()
        {
            Version = delivery.Version,
            Host = delivery.Endpoint.Host,
            Port = delivery.Endpoint.Port,
            OpenTransport = async token =>
            {
                (GatewayTransport transport, facts) = await OpenAsync(facts, token);
                return transport;
            },
            ClientId = delivery.ClientId ?? thing.Value,
            UserName = delivery.UserName,
            Password = delivery.Password,
            KeepAlive = delivery.KeepAlive,
            ConnectTimeout = delivery.ConnectTimeout,
            AckTimeout = delivery.AckTimeout,
            OnMessage = onMessage,
            TimeProvider = loop.Clock,
        };
        MqttClient client = await MqttClient.ConnectAsync(options, cancellationToken);
        return new Connection(client, facts);
    }

    private async Task<(GatewayTransport Transport, ConnectionFacts Facts)> OpenAsync(ConnectionFacts facts, CancellationToken cancellationToken)
    {
        Endpoint endpoint = delivery.Endpoint;
        // A libssl that is missing is said before anything is dialled.
        if (endpoint.UsesTls)
            _tls ??= TlsClients.Choose(delivery.Tls.Implementation, loop.Clock);
        (LoopSocket socket, string peer) = await _dialer.ConnectAsync(endpoint.Host, endpoint.Port, delivery.ConnectTimeout, cancellationToken);
        if (_tls is null)
            return (new GatewayTransport(socket, null), facts with { Peer = peer });

        try
        {
            TlsTarget target = new(delivery.Tls.ServerName ?? endpoint.Host, endpoint.Alpn, delivery.Tls);
            TlsStream tls = await _tls.ConnectAsync(socket, target, cancellationToken);
            return (new GatewayTransport(socket, tls), facts with { Peer = peer, TlsImplementation = _tls.Name, TlsVersion = tls.Protocol });
        }
        catch
        {
            await socket.DisposeAsync();
            throw;
        }
    }

    private sealed class Connection(MqttClient client, ConnectionFacts facts) : IGatewayConnection
    {
        public ConnectionFacts Facts => facts;

        public Task Completion => client.Completion;

        public Task SubscribeAsync(string topic, CancellationToken cancellationToken) =>
            client.SubscribeAsync(topic, MqttQoS.AtLeastOnce, cancellationToken);

        public ValueTask PublishAsync(ReadOnlyMemory<byte> topic, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
            client.PublishAsync(topic, payload, MqttQoS.AtLeastOnce, cancellationToken);

        public Task DisconnectAsync(CancellationToken cancellationToken) => client.DisconnectAsync(cancellationToken);

        public ValueTask DisposeAsync() => client.DisposeAsync();
    }
}
