namespace Defender.Agent.Linux.Delivery.Network;

/// <summary>A connection that stands, and where it leads. A class: a task of a tuple is compiled for itself.</summary>
internal sealed class DialedSocket(LoopSocket socket, string peer)
{
    /// <summary>The connection, and address and port of the server.</summary>
    public void Deconstruct(out LoopSocket connected, out string address)
    {
        connected = socket;
        address = peer;
    }
}
