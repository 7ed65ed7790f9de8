using System;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt.Packets;

namespace Defender.Gateway.Tests.Identity;

/// <summary>A device with TLS.</summary>
internal sealed class TlsPeer : IDisposable
{
    private readonly TcpClient _client;

    private TlsPeer(TcpClient client, SslStream stream)
    {
        _client = client;
        Stream = stream;
    }

    public SslStream Stream { get; }

    /// <summary>What the gateway showed.</summary>
    public X509Certificate2 Server => (X509Certificate2)Stream.RemoteCertificate!;

    public static async Task<TlsPeer> OpenAsync(
        int port, X509Certificate2? certificate, X509Certificate2? trusted = null, string host = "localhost", SslProtocols protocols = SslProtocols.None, string? alpn = null)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, port);
        var stream = new SslStream(client.GetStream());
        try
        {
            var options = new SslClientAuthenticationOptions
            {
                TargetHost = host,
                EnabledSslProtocols = protocols,
                ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, null, offline: true),
                ApplicationProtocols = alpn is null ? null : [new SslApplicationProtocol(alpn)],
            };
            if (trusted is null)
                options.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
            else
                options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { trusted } };
            await stream.AuthenticateAsClientAsync(options).WaitAsync(TestGateway.Deadline);
            return new TlsPeer(client, stream);
        }
        catch
        {
            await stream.DisposeAsync();
            client.Dispose();
            throw;
        }
    }

    /// <summary>Whether a device is let in: the handshake, a CONNECT and a CONNACK of 0.</summary>
    public static async Task<bool> IsLetInAsync(int port, X509Certificate2? certificate, SslProtocols protocols = SslProtocols.None)
    {
        try
        {
            using TlsPeer peer = await OpenAsync(port, certificate, protocols: protocols);
            return await peer.ConnectAsync("pump-17") == 0;
        }
        // With TLS 1.3 a client is through before the gateway has seen its certificate.
        catch (Exception error) when (error is AuthenticationException or IOException)
        {
            return false;
        }
    }

    /// <summary>Sends CONNECT; the return code of the CONNACK.</summary>
    public async Task<int> ConnectAsync(string clientId)
    {
        await Stream.WriteAsync(RawPeer.Connect(clientId));
        byte[] answer = await ReadAsync(4);
        if (answer is not [0x20, 2, 0, _])
            throw new InvalidDataException($"CONNACK was {Convert.ToHexString(answer)}");
        return answer[3];
    }

    /// <summary>A PINGREQ and its PINGRESP: the session goes on.</summary>
    public async Task PingAsync()
    {
        await Stream.WriteAsync(RawPeer.Packet(MqttWriter.WritePingReq));
        byte[] answer = await ReadAsync(2);
        if (answer is not [0xd0, 0])
            throw new InvalidDataException($"PINGRESP was {Convert.ToHexString(answer)}");
    }

    public async Task<byte[]> ReadAsync(int count)
    {
        byte[] bytes = new byte[count];
        await Stream.ReadExactlyAsync(bytes).AsTask().WaitAsync(TestGateway.Deadline);
        return bytes;
    }

    public void Dispose()
    {
        Stream.Dispose();
        _client.Dispose();
    }
}
