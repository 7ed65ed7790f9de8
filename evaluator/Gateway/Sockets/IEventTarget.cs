namespace Defender.Gateway.Sockets;

/// <summary>What an event loop serves.</summary>
internal interface IEventTarget
{
    /// <summary>
    /// Something has changed at the descriptor. It can come late, when the target has just been disposed of. On the loop's thread;
    /// throws nothing and waits for nothing.
    /// </summary>
    /// <param name="events">What has.</param>
    void Happened(SocketEvents events);

    /// <summary>It had asked to be called again, after others had their turn.</summary>
    void Resumed();
}
