using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.WebSockets;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Defender.Gateway.Identity.WebSockets;

/// <summary>MQTT over WebSocket on the ports that are for nothing else: <c>/mqtt</c>, subprotocol <c>mqtt</c>.</summary>
/// <param name="origins">Origins whose pages may come.</param>
/// <param name="serverNames">What clients know the gateway by.</param>
/// <param name="refusals">Counts who is not let in.</param>
internal sealed class WebSocketListener(IReadOnlyList<string> origins, IReadOnlyCollection<string> serverNames, IdentityRefusals refusals)
{
    /// <summary>AWS: the path of MQTT over WebSocket.</summary>
    public const string Path = "/mqtt";

    /// <summary>IANA, and MQTT-6.0.0-3.</summary>
    public const string Protocol = "mqtt";

    /// <summary>Marks the connections of a listener, so that the application knows which requests are for MQTT.</summary>
    public static ConnectionDelegate Mark(ConnectionDelegate next) => connection =>
    {
        connection.Features.Set(Listener.Instance);
        return next(connection);
    };

    /// <summary>Takes the requests of marked connections out of the application, all of them.</summary>
    /// <typeparam name="THandler">Serves an MQTT connection.</typeparam>
    public void Map<THandler>(WebApplication app)
        where THandler : ConnectionHandler
    {
        app.MapWhen(
            static context => context.Features.Get<Listener>() is not null,
            branch =>
            {
                // MQTT has a keep-alive of its own.
                branch.UseWebSockets(new WebSocketOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan });
                ConnectionDelegate session = new ConnectionBuilder(app.Services).UseConnectionHandler<THandler>().Build();
                branch.Run(context => ServeAsync(context, session));
            });
    }

    private async Task ServeAsync(HttpContext context, ConnectionDelegate session)
    {
        StringValues origin = context.Request.Headers.Origin;
        // A page of another origin acts for whoever has it open. Most programs send no origin.
        if (origin.Count > 0 && !origins.Contains(origin.ToString(), StringComparer.OrdinalIgnoreCase) && !IsOwn(origin.ToString(), context.Request.Host))
        {
            Refuse(context, StatusCodes.Status403Forbidden, IdentityRefusal.OriginNotAllowed, $"a page of {Printable.Shorten(origin.ToString())}, which is not given as --ws-origin");
        }
        else if (context.Request.Path != Path)
        {
            Refuse(context, StatusCodes.Status404NotFound, IdentityRefusal.NotMqttOverWebSocket, $"an HTTP request for another path than {Path}");
        }
        else if (!context.WebSockets.IsWebSocketRequest || !context.WebSockets.WebSocketRequestedProtocols.Contains(Protocol))
        {
            Refuse(context, StatusCodes.Status400BadRequest, IdentityRefusal.NotMqttOverWebSocket, $"an HTTP request that is no WebSocket of subprotocol {Protocol}");
        }
        else
        {
            using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync(Protocol).ConfigureAwait(false);
            var connection = new WebSocketConnection(socket, context);
            await using (connection.ConfigureAwait(false))
                await connection.RunAsync(session).ConfigureAwait(false);
            if (connection.GotText)
                refusals.Add(IdentityRefusal.TextFrame, connection.RemoteEndPoint, "a WebSocket frame with text");
        }
    }

    // Paho sends the address that it connects to. No page can have it, as this port serves none; a name that is not the gateway's
    // proves nothing, since whoever owns it may have it lead here (DNS rebinding).
    private bool IsOwn(string origin, HostString host) =>
        (origin.Equals($"https://{host.Value}", StringComparison.OrdinalIgnoreCase) || origin.Equals($"http://{host.Value}", StringComparison.OrdinalIgnoreCase))
        && (IPAddress.TryParse(host.Host, out _) || serverNames.Contains(host.Host, StringComparer.OrdinalIgnoreCase));

    private void Refuse(HttpContext context, int status, IdentityRefusal refusal, string detail)
    {
        context.Response.StatusCode = status;
        // The port is for nothing else.
        context.Response.Headers.Connection = "close";
        var peer = context.Connection.RemoteIpAddress is { } address ? new IPEndPoint(address, context.Connection.RemotePort) : null;
        refusals.Add(refusal, peer, detail);
    }

    private sealed class Listener
    {
        public static readonly Listener Instance = new();
    }
}
