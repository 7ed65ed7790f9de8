namespace Defender.Gateway.Mqtt.Connections;

/// <summary>What a connection is told of its parts. An interface, since a delegate for each would be held by each idle connection.</summary>
internal interface IConnectionEvents
{
    /// <summary>What waited was sent, not counting what the connection flushed itself: there may be room for more. Called on any thread, under no lock.</summary>
    void Drained();

    /// <summary>Nothing was heard for too long. Called on the thread of a timer.</summary>
    void Silent();
}
