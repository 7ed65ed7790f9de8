using System;
using System.Net;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Connections;

namespace Defender.Gateway.Mqtt.Connections;

/// <summary>Serves each connection that is accepted for MQTT, over whatever transport.</summary>
internal sealed class MqttConnectionHandler(ConnectionServices services) : ConnectionHandler
{
    /// <summary>Serves a connection of Kestrel's server, which disposes of it.</summary>
    public override Task OnConnectedAsync(ConnectionContext connection) => ServeAsync(connection, clients: null);

    /// <summary>Serves a connection, and disposes of it where <paramref name="clients"/> are given, which know it meanwhile. Throws nothing.</summary>
    // One method for all, since what it holds while it waits is held by each idle connection.
    public async Task ServeAsync(ConnectionContext connection, IOpenClients? clients)
    {
        IPAddress? address = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        ClientConnection? client = null;
        bool hasEntered = services.Admission.TryEnter(address, out Ending? refusal);
        try
        {
            if (hasEntered)
            {
                client = new ClientConnection(connection, services);
                clients?.Enter(client);
                refusal = await client.RunAsync().ConfigureAwait(false);
            }

            services.Watch.Ended(client?.Name ?? $"{connection.RemoteEndPoint}", refusal!);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // One client's trouble is never another's.
            services.Watch.Failed(client?.Name ?? $"{connection.RemoteEndPoint}", error);
        }

        try
        {
            if (client is not null)
                await client.DisposeAsync().ConfigureAwait(false);
            if (clients is not null)
                await connection.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            services.Watch.Failed(client?.Name ?? $"{connection.RemoteEndPoint}", error);
        }
        finally
        {
            if (hasEntered)
                services.Admission.Leave(address);
            if (client is not null)
                clients?.Leave(client);
        }
    }
}
