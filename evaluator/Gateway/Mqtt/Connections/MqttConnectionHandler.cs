using System;
using System.Net;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Connections;

namespace Defender.Gateway.Mqtt.Connections;

/// <summary>Serves each connection that is accepted for MQTT, over whatever transport.</summary>
internal sealed class MqttConnectionHandler(ConnectionServices services) : ConnectionHandler
{
    /// <summary>Serves a connection of Kestrel's server, which disposes of it.</summary>
    public override Task OnConnectedAsync(ConnectionContext connection) => ServeAsync(connection, plain: null);

    /// <summary>Serves a connection with nothing between the packets and its socket, and disposes of it. Throws nothing.</summary>
    public Task ServePlainAsync(ConnectionContext connection, IPlainConnections plain) => ServeAsync(connection, plain);

    // One method for all, since what it holds while it waits is held by each idle connection.
    private async Task ServeAsync(ConnectionContext connection, IPlainConnections? plain)
    {
        IPAddress? address = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        ClientConnection? client = null;
        bool hasEntered = services.Admission.TryEnter(address, out Ending? refusal);
        try
        {
            if (hasEntered)
            {
                client = new ClientConnection(connection, services);
                plain?.Enter(client);
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
            if (plain is not null)
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
                plain?.Leave(client);
        }
    }
}
