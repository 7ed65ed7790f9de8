using System;
using Defender.Mqtt;

namespace Defender.Gateway.Mqtt;

/// <summary>Takes messages of the gateway itself to whoever subscribes to their topic. Thread-safe; never waits.</summary>
internal interface IMessagePublisher
{
    /// <summary>Queues a message for every subscriber, at the lower of both qualities of service.</summary>
    /// <param name="topic">A topic name, UTF-8.</param>
    /// <param name="payload">Below the largest packet that the endpoint itself takes.</param>
    /// <param name="qos">0 or 1.</param>
    /// <param name="retain">Whether who subscribes later gets it too, while there is room for it.</param>
    void Publish(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, MqttQoS qos, bool retain = false);
}
