using System;
using System.IO;
using System.Threading.Tasks;

namespace Defender.Mqtt.Client;

/// <summary>The byte stream below one connection: TCP, or TLS over it. Made for each connection anew.</summary>
public abstract class MqttTransport : IDisposable
{
    /// <summary>Both directions; one reader and one writer at a time. Fails with <see cref="IOException"/>.</summary>
    public abstract Stream Stream { get; }

    /// <summary>Says that nothing more is sent (TLS close_notify, TCP FIN), so that the last packet is read by the server before the socket closes.</summary>
    public abstract ValueTask ShutdownSendAsync();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the stream; a read or a write that waits fails.</summary>
    protected abstract void Dispose(bool disposing);
}
