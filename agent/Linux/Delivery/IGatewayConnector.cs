using System.Threading;
using System.Threading.Tasks;
using Defender.Mqtt.Client;

namespace Defender.Agent.Linux.Delivery;

/// <summary>Makes connections to one endpoint; resolves its name anew each time.</summary>
internal interface IGatewayConnector
{
    /// <summary>The endpoint, for the log.</summary>
    string Endpoint { get; }

    /// <param name="onMessage">Takes what the subscriptions bring.</param>
    /// <param name="cancellationToken">Gives the attempt up.</param>
    /// <exception cref="MqttException">The gateway is away, or refused the connection.</exception>
    Task<IGatewayConnection> ConnectAsync(MqttMessageHandler onMessage, CancellationToken cancellationToken);
}
