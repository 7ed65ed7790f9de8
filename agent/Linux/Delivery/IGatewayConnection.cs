using System;
using System.Threading;
using System.Threading.Tasks;
using Defender.Mqtt.Client;

namespace Defender.Agent.Linux.Delivery;

/// <summary>One MQTT connection to the gateway. Every member may throw <see cref="MqttException"/> once the connection has ended.</summary>
internal interface IGatewayConnection : IAsyncDisposable
{
    /// <summary>What is known of it.</summary>
    ConnectionFacts Facts { get; }

    /// <summary>Completes, or fails with the reason, when the connection has ended.</summary>
    Task Completion { get; }

    /// <summary>Subscribes at QoS 1.</summary>
    Task SubscribeAsync(string topic, CancellationToken cancellationToken);

    /// <summary>Publishes at QoS 1; completes when the gateway has acknowledged.</summary>
    /// <param name="topic">The topic in UTF-8.</param>
    /// <param name="payload">Not to be changed until then.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask PublishAsync(ReadOnlyMemory<byte> topic, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken);

    /// <summary>Sends DISCONNECT, so that the gateway knows that the agent left on purpose.</summary>
    Task DisconnectAsync(CancellationToken cancellationToken);
}
