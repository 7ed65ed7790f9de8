using System;
using System.Text.Json;

namespace Defender.Gateway.Api.Handlers;

/// <summary>The members of a stored event's document that answers repeat, as they were written.</summary>
internal readonly ref struct EventMembers
{
    private EventMembers(ReadOnlySpan<byte> behavior, ReadOnlySpan<byte> metricValue)
    {
        Behavior = behavior;
        MetricValue = metricValue;
    }

    /// <summary>The Behavior.</summary>
    public ReadOnlySpan<byte> Behavior { get; }

    /// <summary>The MetricValue; empty where the event has none.</summary>
    public ReadOnlySpan<byte> MetricValue { get; }

    /// <summary>Finds them.</summary>
    /// <exception cref="JsonException">The document is damaged, or has no behavior.</exception>
    public static EventMembers Find(ReadOnlySpan<byte> document)
    {
        ReadOnlySpan<byte> behavior = default, metricValue = default;
        var reader = new Utf8JsonReader(document);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isBehavior = reader.ValueTextEquals("behavior"u8), isMetricValue = reader.ValueTextEquals("metricValue"u8);
            reader.Read();
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            ReadOnlySpan<byte> value = document[start..(int)reader.BytesConsumed];
            if (isBehavior)
                behavior = value;
            else if (isMetricValue)
                metricValue = value;
        }

        return behavior.IsEmpty ? throw new JsonException("an event without a behavior was kept") : new EventMembers(behavior, metricValue);
    }
}
