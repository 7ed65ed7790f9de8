using System;
using Defender.Mqtt;

namespace Defender.Gateway.Mqtt.Routing;

/// <summary>
/// A message on its way to its subscribers. It points into the publisher's buffer; who has to keep it asks <see cref="Keep"/>,
/// which copies it once for all.
/// </summary>
internal ref struct OutgoingMessage
{
    private Message? _kept;

    public OutgoingMessage(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
    {
        Topic = topic;
        Payload = payload;
        ExpiresAt = long.MaxValue;
    }

    public OutgoingMessage(Message message)
        : this(message.Topic, message.Payload)
    {
        Properties = message.Properties;
        QoS = message.QoS;
        Retain = message.Retain;
        ExpiresAt = message.ExpiresAt;
        Publisher = message.Publisher;
        _kept = message;
    }

    /// <inheritdoc cref="Message.Topic"/>
    public ReadOnlySpan<byte> Topic { get; }

    /// <inheritdoc cref="Message.Payload"/>
    public ReadOnlySpan<byte> Payload { get; }

    /// <inheritdoc cref="Message.Properties"/>
    public ReadOnlySpan<byte> Properties { get; init; }

    /// <inheritdoc cref="Message.QoS"/>
    public MqttQoS QoS { get; init; }

    /// <inheritdoc cref="Message.Retain"/>
    public bool Retain { get; init; }

    /// <inheritdoc cref="Message.ExpiresAt"/>
    public long ExpiresAt { get; init; }

    /// <inheritdoc cref="Message.Publisher"/>
    public string? Publisher { get; init; }

    /// <summary>The message as one that outlives the publisher's buffer.</summary>
    public Message Keep() => _kept ??= new Message
    {
        Topic = Topic.ToArray(),
        Payload = Payload.ToArray(),
        Properties = Properties.ToArray(),
        QoS = QoS,
        Retain = Retain,
        ExpiresAt = ExpiresAt,
        Publisher = Publisher,
    };
}
