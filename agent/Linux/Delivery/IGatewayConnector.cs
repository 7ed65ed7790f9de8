using System.Threading;
using System.Threading.Tasks;

namespace Defender.Agent.Linux.Delivery;

/// <summary>Makes connections to one endpoint; resolves its name anew each time.</summary>
internal interface IGatewayConnector
{
    /// <summary>The endpoint, for the log.</summary>
    string Endpoint { get; }

    /// <exception cref="Defender.Mqtt.Client.MqttException">The gateway is away, or refused the connection.</exception>
    Task<IGatewayConnection> ConnectAsync(CancellationToken cancellationToken);
}
