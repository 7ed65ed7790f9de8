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
                GatewayTransport transport = await OpenAsync(facts, token);
                facts = transport.Facts;
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
        try
        {
            MqttClient client = await MqttClient.ConnectAsync(options, cancellationToken);
            return new Connection(client, facts);
        }
        catch (MqttException failure) when (facts.Peer.Length > 0 && failure.Failure is MqttFailure.Closed or MqttFailure.Network)
        {
            throw Explain(failure, options.ClientId);
        }
    }

    // The connection stood and ended before CONNACK, where a server need not say why.
    private MqttException Explain(MqttException failure, string clientId)
    {
        for (Exception? cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is TlsException refusal)
                return new MqttException(failure.Failure, refusal.Message, failure);
        }

        string likely = delivery.Endpoint.UsesTls ? TargetOf(delivery.Endpoint).LikelyCauseOfSilence : "that expects TLS (mqtts://) does so";
        return new MqttException(
            failure.Failure, $"{failure.Message.TrimEnd('.')} in place of an answer to CONNECT; a server {likely}; or it does not take client id '{clientId}'", failure);
    }

    private TlsTarget TargetOf(Endpoint endpoint) => new(delivery.Tls.ServerName ?? endpoint.Host, endpoint.Alpn, delivery.Tls);

    private async Task<GatewayTransport> OpenAsync(ConnectionFacts facts, CancellationToken cancellationToken)
    {
        Endpoint endpoint = delivery.Endpoint;
        // A libssl that is missing is said before anything is dialled.
        if (endpoint.UsesTls)
            _tls ??= TlsClients.Choose(delivery.Tls.Implementation, loop.Clock);
        (LoopSocket socket, string peer) = await _dialer.ConnectAsync(endpoint.Host, endpoint.Port, delivery.ConnectTimeout, cancellationToken);
        if (_tls is null)
            return new GatewayTransport(socket, null, facts with { Peer = peer });

        try
        {
            TlsStream tls = await _tls.ConnectAsync(socket, TargetOf(endpoint), cancellationToken);
            return new GatewayTransport(socket, tls, facts with { Peer = peer, TlsImplementation = _tls.Name, TlsVersion = tls.Protocol });
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
