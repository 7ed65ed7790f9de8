using System;

namespace Defender.Gateway.Mqtt.Connections;

/// <summary>How fast one connection may publish. Lives in a field, not in a readonly one.</summary>
internal struct PublishRate
{
    private RateBucket _messages;
    private RateBucket _bytes;

    public PublishRate(MqttLimits limits, TimeProvider timeProvider)
    {
        _messages = RateBucket.Full(limits.PublishesPerSecond, timeProvider);
        _bytes = RateBucket.Full(limits.PublishBytesPerSecond, timeProvider);
    }

    /// <summary>Counts a message; returns how long its sender has to wait before its next.</summary>
    public TimeSpan Take(int payloadBytes, MqttLimits limits, TimeProvider timeProvider)
    {
        TimeSpan wait = limits.PublishesPerSecond == 0
            ? TimeSpan.Zero
            : _messages.Take(1, limits.PublishesPerSecond, limits.PublishesPerSecond, timeProvider);
        TimeSpan waitForBytes = limits.PublishBytesPerSecond == 0
            ? TimeSpan.Zero
            : _bytes.Take(payloadBytes, limits.PublishBytesPerSecond, limits.PublishBytesPerSecond, timeProvider);
        return wait > waitForBytes ? wait : waitForBytes;
    }
}
