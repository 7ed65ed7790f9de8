using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Defender.Gateway.Hosting;

/// <summary>
/// Kestrel's socket transport for plain MQTT, without hops between threads: a packet is read, handled and answered where the
/// socket reported it, which is most of what a report costs. So nothing that serves such a connection may block. HTTP keeps
/// the transport that hops.
/// </summary>
internal sealed class DeviceTransport(IOptionsFactory<SocketTransportOptions> options, ILoggerFactory loggerFactory) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    /// <summary>
    /// Own: bytes that are read ahead of who is held back, or not yet known; Kestrel's own is 1 MiB, which a flood of connections
    /// makes of all memory. A packet may be longer: what was looked at does not count.
    /// </summary>
    public const long MaxReadAhead = 64 * 1024;

    private readonly SocketTransportFactory _sockets = new(Options.Create(Adapt(options.Create(Options.DefaultName))), loggerFactory);

    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => endpoint is DeviceEndPoint;

    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        _sockets.BindAsync(endpoint, cancellationToken);

    // From the host's own: they bring the pool that its connections share, where the shared one of arrays would be too small.
    private static SocketTransportOptions Adapt(SocketTransportOptions options)
    {
        options.UnsafePreferInlineScheduling = true;
        options.MaxReadBufferSize = MaxReadAhead;
        return options;
    }
}
