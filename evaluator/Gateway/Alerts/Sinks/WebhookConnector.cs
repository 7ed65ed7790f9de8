using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Defender.Gateway.Alerts.Sinks;

/// <summary>
/// Opens the connections of a webhook, to addresses that it may reach only. The address is checked that is connected to, so
/// that a name which leads elsewhere the second time gains nothing.
/// </summary>
internal sealed class WebhookConnector(WebhookSinkOptions options, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <exception cref="HttpRequestException">The name leads to no address that may be reached.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        string host = context.DnsEndPoint.Host;
        IPAddress[] found = IPAddress.TryParse(host, out IPAddress? literal)
            ? [literal]
            : await resolve(host, cancellationToken).ConfigureAwait(false);
        IPAddress[] allowed = [.. found.Where(MayReach)];
        if (allowed.Length == 0)
            throw new HttpRequestException(Describe(host, found));
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private bool MayReach(IPAddress address)
    {
        // What is not encrypted stays on this machine.
        if (options.Url.Scheme == Uri.UriSchemeHttp)
            return options.AllowPrivateAddresses && IPAddress.IsLoopback(address);
        return AddressScopes.Of(address) switch
        {
            AddressScope.Public => true,
            AddressScope.Private => options.AllowPrivateAddresses,
            _ => false,
        };
    }

    private static string Describe(string host, IPAddress[] found) => found.Length == 0
        ? $"{host} has no address"
        : $"{host} leads to {string.Join(", ", found.Take(3).Select(address => address.ToString()))}, where this webhook may not go (allowPrivateAddresses)";
}
