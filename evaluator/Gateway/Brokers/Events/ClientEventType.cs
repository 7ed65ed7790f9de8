namespace Defender.Gateway.Brokers.Events;

/// <summary>What happened to a client.</summary>
internal enum ClientEventType
{
    /// <summary>It has connected.</summary>
    Connected,

    /// <summary>Its connection has ended.</summary>
    Disconnected,

    /// <summary>Its connection has ended because it has made another, of which an event of its own tells.</summary>
    TakenOver,

    /// <summary>It tried to connect and was not allowed to.</summary>
    Refused,
}
