using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;

namespace Defender.Benchmarks.MqttLoad;

/// <summary>Clients that only stay connected: the driver's over plain TCP, managed streams over mutual TLS.</summary>
internal sealed class LoadClients : IAsyncDisposable
{
    private const int ConnectingAtOnce = 8;

    private readonly LoadPackets _packets = new("still-", TimeProvider.System.GetUtcNow());
    private readonly List<SslStream> _streams = [];
    private readonly LoadDriver? _plain;
    private readonly int _tlsPort;
    private readonly SslClientAuthenticationOptions? _tls;

    private LoadClients(LoadDriver plain) => _plain = plain;

    private LoadClients(int tlsPort, SslClientAuthenticationOptions tls)
    {
        _tlsPort = tlsPort;
        _tls = tls;
    }

    public int Connected => _plain?.Connected ?? _streams.Count;

    public static LoadClients Of(ServerProcess server, LoadSettings settings)
    {
        if (settings.Tls is not { } tls)
            return new LoadClients(new LoadDriver(server.Port, window: 1, "still-"));
        X509Certificate2 authority = X509CertificateLoader.LoadCertificateFromFile(tls.Ca);
        return new LoadClients(server.TlsPort, new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            ClientCertificateContext = SslStreamCertificateContext.Create(
                X509Certificate2.CreateFromPemFile(tls.Certificate, tls.Key), additionalCertificates: null, offline: true),
            // Each handshake is to be a whole one.
            AllowTlsResume = false,
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { authority },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        });
    }

    /// <summary>Opens further connections; those that the server refuses are not among <see cref="Connected"/>.</summary>
    public async Task ConnectAsync(int count)
    {
        if (_plain is not null)
        {
            _plain.Connect(count);
            return;
        }

        int first = _streams.Count;
        foreach (int[] group in Enumerable.Range(first, count).Chunk(ConnectingAtOnce))
        {
            foreach (SslStream? stream in await Task.WhenAll(group.Select(OpenAsync)))
            {
                if (stream is not null)
                    _streams.Add(stream);
            }
        }
    }

    public async Task DisconnectAllAsync()
    {
        _plain?.DisconnectAll();
        foreach (SslStream stream in _streams)
        {
            await stream.WriteAsync(LoadPackets.Disconnect.ToArray());
            await stream.DisposeAsync();
        }

        _streams.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await DisconnectAllAsync();
        _plain?.Dispose();
    }

    private async Task<SslStream?> OpenAsync(int index)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        SslStream? stream = null;
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, _tlsPort);
            stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await stream.AuthenticateAsClientAsync(_tls!);
            await stream.WriteAsync(_packets.Connect(index));
            byte[] answer = new byte[4];
            await stream.ReadExactlyAsync(answer);
            if (answer is [0x20, 2, _, 0])
                return stream;
        }
        catch (Exception error) when (error is IOException or SocketException or AuthenticationException)
        {
            // Counted by whoever asked for it.
        }

        stream?.Dispose();
        socket.Dispose();
        return null;
    }
}
