using System;
using System.Net;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Connections;

namespace Defender.Gateway.Mqtt.Connections;

/// <summary>Serves each connection that Kestrel accepts for MQTT, over whatever transport.</summary>
internal sealed class MqttConnectionHandler(ConnectionServices services) : ConnectionHandler
{
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        IPAddress? address = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        if (!services.Admission.TryEnter(address, out Ending? refusal))
        {
            services.Watch.Ended($"{connection.RemoteEndPoint}", refusal!);
            return;
        }

        try
        {
            await ServeAsync(connection).ConfigureAwait(false);
        }
        finally
        {
            services.Admission.Leave(address);
        }
    }

    private async Task ServeAsync(ConnectionContext connection)
    {
        await using var client = new ClientConnection(connection, services);
        try
        {
            Ending ending = await client.RunAsync().ConfigureAwait(false);
            services.Watch.Ended(client.Name, ending);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // One client's trouble is never another's.
            services.Watch.Failed(client.Name, error);
        }
    }
}
