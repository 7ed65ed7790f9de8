using System.IO;
using System.Threading.Tasks;
using Defender.Agent.Linux.Delivery.Network;
using Defender.Agent.Linux.Tls;
using Defender.Mqtt.Client;

namespace Defender.Agent.Linux.Delivery;

/// <summary>TCP of the event loop, or TLS over it.</summary>
internal sealed class GatewayTransport(LoopSocket socket, TlsStream? tls, ConnectionFacts facts) : MqttTransport
{
    /// <summary>What is known of the connection below MQTT.</summary>
    public ConnectionFacts Facts => facts;

    public override Stream Stream => tls ?? (Stream)socket;

    public override async ValueTask ShutdownSendAsync()
    {
        if (tls is not null)
            await tls.ShutdownAsync();
        socket.ShutdownSend();
    }

    // The stream of TLS closes the socket below it.
    protected override void Dispose(bool disposing) => Stream.Dispose();
}
