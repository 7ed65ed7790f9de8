using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Text;
using Defender.Gateway.Mqtt;
using Defender.Mqtt;

namespace Defender.Gateway.Tests.Export;

/// <summary>Remembers what is published.</summary>
internal sealed class RecordingPublisher : IMessagePublisher
{
    private readonly ConcurrentQueue<(string Topic, byte[] Payload, MqttQoS QoS)> _published = new();

    public IReadOnlyCollection<(string Topic, byte[] Payload, MqttQoS QoS)> Published => _published;

    /// <summary>Called before a message is taken.</summary>
    public Action Before { get; set; } = () => { };

    public void Publish(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, MqttQoS qos, bool retain = false)
    {
        Before();
        _published.Enqueue((Encoding.UTF8.GetString(topic), payload.ToArray(), qos));
    }
}
