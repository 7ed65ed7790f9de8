using System;

namespace Defender.Gateway.Brokers.Events;

/// <summary>The counters of one client of an external broker.</summary>
internal interface IBrokerClient
{
    /// <summary>Counts a message that the client published.</summary>
    void Sent(ReadOnlySpan<byte> topic, int payloadBytes);

    /// <summary>Counts the end of a connection that was opened.</summary>
    void Closed();
}
