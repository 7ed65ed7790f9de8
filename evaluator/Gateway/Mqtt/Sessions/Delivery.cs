namespace Defender.Gateway.Mqtt.Sessions;

/// <summary>What became of a message for one session.</summary>
internal enum Delivery
{
    /// <summary>It is on its way.</summary>
    Sent,

    /// <summary>It waits for acknowledgements, or for the client to come back.</summary>
    Queued,

    /// <summary>The client's policies do not let it receive the topic.</summary>
    Denied,

    /// <summary>The packet would be longer than the client takes.</summary>
    TooLarge,

    /// <summary>The client is away and its session does not keep it: QoS 0, or a full queue.</summary>
    Dropped,

    /// <summary>The memory budget is spent.</summary>
    Shed,

    /// <summary>More waits for the client than may: it cannot be kept.</summary>
    Overrun,
}
