using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.Json;

namespace Defender.Gateway.Brokers.Events;

/// <summary>Reads the events that brokers publish about their clients. Unknown members are passed over: brokers add some with each release.</summary>
internal static class ClientEventReader
{
    /// <summary>The most bytes of an event; the longest known ones have a few hundred.</summary>
    public const int MaxBytes = 16 * 1024;

    private const string EmqxPrefix = "$SYS/brokers/";
    private const string AwsPrefix = "$aws/events/presence/";

    private static readonly JsonDocumentOptions Json = new() { MaxDepth = 8 };

    /// <summary>What to subscribe to.</summary>
    public static IReadOnlyList<string> FiltersOf(BrokerEvents events) => events switch
    {
        // EMQX: System Topic, Client Online and Offline Events.
        BrokerEvents.Emqx => ["$SYS/brokers/+/clients/+/connected", "$SYS/brokers/+/clients/+/disconnected"],
        // AWS IoT Core: Lifecycle events.
        BrokerEvents.Aws => ["$aws/events/presence/connected/#", "$aws/events/presence/disconnected/#", "$aws/events/presence/connect_failed/#"],
        _ => [],
    };

    /// <summary>Reads an event; false for every message that is none.</summary>
    public static bool TryRead(BrokerEvents events, string topic, ReadOnlyMemory<byte> payload, [NotNullWhen(true)] out ClientEvent? happened)
    {
        happened = null;
        if (payload.Length > MaxBytes || TypeOf(events, topic) is not { } type)
            return false;
        try
        {
            using JsonDocument document = JsonDocument.Parse(payload, Json);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                happened = events == BrokerEvents.Emqx ? ReadEmqx(type, document.RootElement) : ReadAws(type, document.RootElement);
        }
        catch (JsonException)
        {
            // Not an event then.
        }

        return happened is not null;
    }

    private static ClientEventType? TypeOf(BrokerEvents events, string topic) => events switch
    {
        BrokerEvents.Emqx when !topic.StartsWith(EmqxPrefix, StringComparison.Ordinal) => null,
        BrokerEvents.Emqx when topic.EndsWith("/connected", StringComparison.Ordinal) => ClientEventType.Connected,
        BrokerEvents.Emqx when topic.EndsWith("/disconnected", StringComparison.Ordinal) => ClientEventType.Disconnected,
        BrokerEvents.Aws when topic.StartsWith(AwsPrefix + "connected/", StringComparison.Ordinal) => ClientEventType.Connected,
        BrokerEvents.Aws when topic.StartsWith(AwsPrefix + "disconnected/", StringComparison.Ordinal) => ClientEventType.Disconnected,
        BrokerEvents.Aws when topic.StartsWith(AwsPrefix + "connect_failed/", StringComparison.Ordinal) => ClientEventType.Refused,
        _ => null,
    };

    private static ClientEvent? ReadEmqx(ClientEventType type, JsonElement payload)
    {
        if (Text(payload, "clientid") is not { } clientId)
            return null;
        // The old connection's end can come after the new one's start.
        if (type == ClientEventType.Disconnected && Text(payload, "reason") is "takenover" or "takeovered" or "discarded")
            type = ClientEventType.TakenOver;
        return new ClientEvent(type, clientId, Address(Text(payload, "ipaddress")), null);
    }

    private static ClientEvent? ReadAws(ClientEventType type, JsonElement payload) => Text(payload, "clientId") is { } clientId
        ? new ClientEvent(type, clientId, Address(Text(payload, "ipAddress")), Text(payload, "sessionIdentifier"))
        : null;

    private static string? Text(JsonElement payload, string name) =>
        payload.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private static IPAddress? Address(string? text) =>
        IPAddress.TryParse(text, out IPAddress? address) ? address : IPEndPoint.TryParse(text ?? "", out IPEndPoint? end) ? end.Address : null;
}
