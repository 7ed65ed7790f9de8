using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Threading;
using System.Threading.Tasks;

namespace Defender.Mqtt.Client;

/// <summary>.NET's sockets, and its SslStream over them.</summary>
internal sealed class SocketTransport : MqttTransport
{
    private readonly Socket _socket;

    /// <summary>Whether it is part of this executable: one that brings its own streams is published without it. Default true.</summary>
    [FeatureSwitchDefinition("Defender.Mqtt.Sockets")]
    public static bool IsSupported { get; } = !AppContext.TryGetSwitch("Defender.Mqtt.Sockets", out bool isOn) || isOn;

    private SocketTransport(Socket socket, Stream stream)
    {
        _socket = socket;
        Stream = stream;
    }

    public override Stream Stream { get; }

    /// <exception cref="SocketException">The server cannot be reached.</exception>
    /// <exception cref="AuthenticationException">The TLS handshake failed; so also IOException.</exception>
    public static async Task<MqttTransport> OpenAsync(MqttClientOptions options, CancellationToken ct)
    {
        // Reports are small and rare: they leave at once rather than wait for company.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            await socket.ConnectAsync(new DnsEndPoint(options.Host, options.Port), ct);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (options.UseTls)
            {
                stream = await AuthenticateAsync(stream, options, ct);
            }

            return new SocketTransport(socket, stream);
        }
        catch
        {
            if (stream is not null)
            {
                await stream.DisposeAsync();
            }

            socket.Dispose();
            throw;
        }
    }

    public override async ValueTask ShutdownSendAsync()
    {
        if (Stream is SslStream tls)
        {
            await tls.ShutdownAsync();
        }

        _socket.Shutdown(SocketShutdown.Send);
    }

    protected override void Dispose(bool disposing) => Stream.Dispose();

    private static async Task<Stream> AuthenticateAsync(Stream inner, MqttClientOptions options, CancellationToken ct)
    {
        var authentication = new SslClientAuthenticationOptions
        {
            TargetHost = options.Host,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        };
        options.ConfigureTls?.Invoke(authentication);
        var tls = new SslStream(inner, leaveInnerStreamOpen: false);
        try
        {
            await tls.AuthenticateAsClientAsync(authentication, ct);
            return tls;
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }
}
