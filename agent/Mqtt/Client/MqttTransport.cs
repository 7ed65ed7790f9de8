using System;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Threading;
using System.Threading.Tasks;

namespace Defender.Mqtt.Client;

/// <summary>The byte stream below a connection: TCP, or TLS over it.</summary>
internal sealed class MqttTransport : IDisposable
{
    private readonly Socket _socket;

    private MqttTransport(Socket socket, Stream stream)
    {
        _socket = socket;
        Stream = stream;
    }

    public Stream Stream { get; }

    /// <exception cref="MqttException">Network: the server cannot be reached, or the TLS handshake failed.</exception>
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

            return new MqttTransport(socket, stream);
        }
        catch (Exception exception)
        {
            if (stream is not null)
            {
                await stream.DisposeAsync();
            }

            socket.Dispose();
            if (exception is SocketException or IOException or AuthenticationException)
            {
                throw new MqttException(
                    MqttFailure.Network, $"Cannot connect to {options.Host}:{options.Port}: {exception.Message}", exception);
            }

            throw;
        }
    }

    /// <summary>Says that nothing more is sent, so that the last packet is read by the server before the socket closes.</summary>
    public async Task ShutdownSendAsync()
    {
        if (Stream is SslStream tls)
        {
            await tls.ShutdownAsync();
        }

        _socket.Shutdown(SocketShutdown.Send);
    }

    public void Dispose() => Stream.Dispose();

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
