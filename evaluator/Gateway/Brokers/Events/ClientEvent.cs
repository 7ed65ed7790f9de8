using System.Net;

namespace Defender.Gateway.Brokers.Events;

/// <summary>What a broker tells of a client.</summary>
/// <param name="Type">What happened.</param>
/// <param name="ClientId">To whom.</param>
/// <param name="Source">Where the client is; null where the broker does not tell.</param>
/// <param name="Session">Tells the connections of a client apart; null where the broker does not.</param>
internal sealed record ClientEvent(ClientEventType Type, string ClientId, IPAddress? Source, string? Session);
