namespace Defender.Gateway.Telemetry;

/// <summary>What the endpoint holds at one moment.</summary>
/// <param name="Clients">Clients that are connected.</param>
/// <param name="Sessions">Sessions, those of absent clients included.</param>
/// <param name="Subscriptions">Subscriptions of all sessions.</param>
/// <param name="RetainedMessages">Retained messages.</param>
/// <param name="QueuedMessages">Messages that wait for a client.</param>
/// <param name="QueuedBytes">Their bytes.</param>
internal readonly record struct MqttGauges(
    long Clients, long Sessions, long Subscriptions, long RetainedMessages, long QueuedMessages, long QueuedBytes);
