namespace Defender.Gateway.Sockets;

/// <summary>What an event loop serves.</summary>
internal interface IEventTarget
{
    /// <summary>
    /// Something may have changed at the descriptor. A hint only: it can come late, when the descriptor is already another's, so
    /// whoever gets it asks the descriptor. On the loop's thread; throws nothing and waits for nothing.
    /// </summary>
    /// <param name="events">What has.</param>
    void Happened(SocketEvents events);

    /// <summary>It had asked to be called again, after others had their turn.</summary>
    void Resumed();
}
