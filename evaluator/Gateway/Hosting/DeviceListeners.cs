using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Identity;
using Defender.Gateway.Identity.Issuing;
using Defender.Gateway.Identity.Passwords;
using Defender.Gateway.Identity.Tls;
using Defender.Gateway.Identity.WebSockets;
using Defender.Gateway.Mqtt.Connections;
using Defender.Gateway.Storage.Identities;
using Defender.Gateway.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Hosting;

/// <summary>The listeners for devices beside plain MQTT, and who may come over which.</summary>
internal sealed class DeviceListeners : IDisposable
{
    // AWS: what clients offer when they come with a certificate on port 443.
    private static readonly SslApplicationProtocol[] Mqtt = [new("mqtt"), new("x-amzn-mqtt-ca")];
    private static readonly SslApplicationProtocol[] Http = [SslApplicationProtocol.Http11];

    /// <summary>
    /// Own: bytes that Kestrel reads ahead of who is held back, or not yet known; its own is 1 MiB, which a flood of connections
    /// makes of all memory. A packet may be longer: what was looked at does not count.
    /// </summary>
    public const long MaxReadAhead = 64 * 1024;

    private readonly ListenerOptions _options;
    private readonly IReadOnlyCollection<string> _serverNames;
    private readonly int _maxConnections;
    private readonly IIdentityStore _identities;
    private readonly Func<ILogger, ServerCertificate>? _openCertificate;

    private DeviceListeners(GatewayOptions options, IIdentityStore identities, Func<ILogger, ServerCertificate>? openCertificate)
    {
        _options = options.Listeners;
        _serverNames = ServerNames.Of(options);
        PlainPort = options.MqttPort;
        _maxConnections = options.MqttLimits.MaxConnections;
        _identities = identities;
        _openCertificate = openCertificate;
    }

    /// <summary>Where plain MQTT listens; Kestrel's server has no part in it, nor in MQTT over TLS.</summary>
    public IReadOnlyList<IPAddress> PlainAddresses => AddressesOf(_options.PlainAddress, PlainPort);

    /// <summary>The port of plain MQTT; 0 for a free one.</summary>
    public int PlainPort { get; }

    /// <summary>Where MQTT over TLS listens.</summary>
    public IReadOnlyList<IPAddress> TlsAddresses => AddressesOf(_options.TlsAddress, TlsPort ?? 0);

    /// <summary>The port of MQTT over TLS; 0 for a free one, null for none.</summary>
    public int? TlsPort => _options.MqttsPort;

    /// <summary>What listens for WebSockets, in the order that Kestrel is told, as URL schemes.</summary>
    public IEnumerable<(string Scheme, int Port)> Ports
    {
        get
        {
            if (_options.WssPort is { } wss)
                yield return ("wss", wss);
            if (_options.WsPort is { } ws)
                yield return ("ws", ws);
        }
    }

    /// <summary>Makes what is missing of the gateway's own CA and server certificate, where they are needed; nothing listens yet.</summary>
    /// <exception cref="StartupException">The certificate cannot be read or written.</exception>
    public static async Task<DeviceListeners> PrepareAsync(
        GatewayOptions options, string directory, IIdentityStore identities, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        ListenerOptions listeners = options.Listeners;
        if (!listeners.UsesTls)
            return new DeviceListeners(options, identities, openCertificate: null);
        if (listeners is { TlsCertificateFile: { } certificate, TlsKeyFile: { } key })
            return new DeviceListeners(options, identities, logger => ServerCertificate.Open(certificate, key, timeProvider, logger));
        var authority = new CertificateAuthority(directory, timeProvider);
        IReadOnlyCollection<string> names = ServerNames.Of(options);
        await authority.EnsureServerAsync(names, cancellationToken).ConfigureAwait(false);
        return new DeviceListeners(options, identities, logger => ServerCertificate.OpenOwn(authority, names, timeProvider, logger));
    }

    public void AddServices(IServiceCollection services)
    {
        services.AddSingleton(_identities);
        services.AddSingleton<IdentityRefusals>();
        services.AddSingleton<IIdentityRefusals>(provider => provider.GetRequiredService<IdentityRefusals>());
        services.AddSingleton<IdentityRegistry>();
        services.AddHostedService(provider => provider.GetRequiredService<IdentityRegistry>());
        services.AddSingleton<PasswordCheck>();
        services.AddSingleton<ClientAuthenticator>();
        services.AddSingleton<IClientAuthenticator>(provider => provider.GetRequiredService<ClientAuthenticator>());
        services.AddSingleton(this);
        services.AddSingleton<MqttConnectionHandler>();
        services.AddSingleton<MqttListener>();
        services.AddHostedService(provider => provider.GetRequiredService<MqttListener>());
        if (_openCertificate is not { } open)
            return;
        services.AddSingleton(provider => open(provider.GetRequiredService<ILogger<ServerCertificate>>()));
        services.AddSingleton<JustInTimeRegistration>();
        services.AddSingleton(provider => new CertificateCheck(
            provider.GetRequiredService<IdentityRegistry>(),
            _options.JustInTimeRegistration ? provider.GetRequiredService<JustInTimeRegistration>() : null,
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(_ => new HandshakeTurns(HandshakeTurns.DefaultMaxRunning, _maxConnections));
        services.AddSingleton<TlsListener>();
    }

    /// <summary>TLS in front of MQTT, and the cap on connections in front of both.</summary>
    public ConnectionDelegate Secure(ConnectionDelegate next, TlsListener tls) =>
        new ConnectionCap(_maxConnections).Wrap(tls.Wrap(next, Mqtt, !_options.AllowPasswords));

    public void Configure(KestrelServerOptions kestrel)
    {
        if (_options.WssPort is { } wss)
        {
            Listen(kestrel, _options.TlsAddress, wss, listen =>
            {
                Limit(listen);
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(next => Tls(kestrel).Wrap(next, Http, !_options.AllowPasswords));
                listen.Use(WebSocketListener.Mark);
            });
        }

        if (_options.WsPort is { } ws)
        {
            Listen(kestrel, address: null, ws, listen =>
            {
                Limit(listen);
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(WebSocketListener.Mark);
            });
        }
    }

    /// <summary>Takes the requests of WebSockets out of the application.</summary>
    /// <exception cref="StartupException">The server certificate cannot be read.</exception>
    public void Map(WebApplication app)
    {
        // Now, not with the first connection.
        _ = app.Services.GetService<ServerCertificate>();
        if (_options.UsesWebSockets)
            new WebSocketListener(_options.WebSocketOrigins, _serverNames, app.Services.GetRequiredService<IdentityRefusals>()).Map<MqttConnectionHandler>(app);
    }

    public void Dispose() => _identities.Dispose();

    /// <summary>Listens on an address, loopback where it is null.</summary>
    public static void Listen(KestrelServerOptions kestrel, IPAddress? address, int port, Action<ListenOptions> configure)
    {
        if (address is not null)
            kestrel.Listen(address, port, configure);
        // Kestrel cannot bind "localhost", both address families at once, to a free port.
        else if (port == 0)
            kestrel.Listen(IPAddress.Loopback, port, configure);
        else
            kestrel.ListenLocalhost(port, configure);
    }

    private static TlsListener Tls(KestrelServerOptions kestrel) => kestrel.ApplicationServices.GetRequiredService<TlsListener>();

    // Before it is known whose a connection is.
    private void Limit(ListenOptions listen) => listen.Use(new ConnectionCap(_maxConnections).Wrap);

    // Loopback in both families where there are two; a free port can only be had in one.
    private static IReadOnlyList<IPAddress> AddressesOf(IPAddress? address, int port) =>
        address is not null ? [address]
        : port == 0 || !HasIPv6Loopback() ? [IPAddress.Loopback]
        : [IPAddress.Loopback, IPAddress.IPv6Loopback];

    private static bool HasIPv6Loopback()
    {
        try
        {
            using var probe = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
