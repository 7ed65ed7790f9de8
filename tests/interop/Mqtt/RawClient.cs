using System;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace Defender.Interop.Tests.Mqtt;

/// <summary>A client that sends the bytes it is told to and reads packet by packet; cheap enough for ten thousand.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    private readonly Stream _stream;

    private RawClient(Socket socket, Stream stream, bool isV5)
    {
        Socket = socket;
        _stream = stream;
        IsV5 = isV5;
    }

    public Socket Socket { get; }

    public bool IsV5 { get; }

    /// <summary>SHA-256 of the certificate that the gateway has shown; empty without TLS.</summary>
    public string ServerThumbprint => _stream is SslStream { RemoteCertificate: { } shown } ? shown.GetCertHashString(HashAlgorithmName.SHA256) : "";

    /// <summary>Opens a connection without a word; over TLS where a certificate is given.</summary>
    public static async Task<RawClient> OpenAsync(string port, X509Certificate2? certificate = null, bool isV5 = false, int receiveBuffer = 0)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer > 0)
            socket.ReceiveBufferSize = receiveBuffer;
        await socket.ConnectAsync(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture));
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (certificate is not null)
        {
            // Who the gateway is, is another test's matter.
            var tls = new SslStream(stream, false, static (_, shown, _, _) => shown is not null);
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true),
            });
            stream = tls;
        }

        return new RawClient(socket, stream, isV5);
    }

    /// <summary>Opens a connection and has CONNECT accepted.</summary>
    public static async Task<RawClient> ConnectAsync(
        string port, string clientId, bool isV5 = false, ushort keepAlive = 60, bool clean = true, X509Certificate2? certificate = null, int receiveBuffer = 0)
    {
        RawClient client = await OpenAsync(port, certificate, isV5, receiveBuffer);
        await client.SendAsync(RawPackets.Connect(clientId, isV5, keepAlive, clean));
        byte[] connAck = await client.ReadAsync();
        Assert.True(connAck.Length >= 3 && connAck[0] == RawPackets.ConnAck && connAck[2] == 0, $"CONNACK of {clientId}: {Convert.ToHexString(connAck)}");
        return client;
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => _stream.WriteAsync(bytes);

    /// <summary>The next packet: its first byte and, without the length, what follows; empty when the gateway has closed.</summary>
    public async Task<byte[]> ReadAsync()
    {
        using var deadline = new CancellationTokenSource(ChildProcess.Deadline, TimeProvider.System);
        try
        {
            byte[] one = new byte[1];
            await _stream.ReadExactlyAsync(one, deadline.Token);
            byte first = one[0];
            int length = 0;
            for (int shift = 0; ; shift += 7)
            {
                await _stream.ReadExactlyAsync(one, deadline.Token);
                length |= (one[0] & 127) << shift;
                if (one[0] < 128)
                    break;
            }

            byte[] packet = new byte[1 + length];
            packet[0] = first;
            await _stream.ReadExactlyAsync(packet.AsMemory(1), deadline.Token);
            return packet;
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            return [];
        }
    }

    /// <summary>Sends a packet and waits for one of a type, which is the only thing that may come.</summary>
    public async Task<byte[]> AskAsync(ReadOnlyMemory<byte> packet, byte answer)
    {
        await SendAsync(packet);
        byte[] got = await ReadAsync();
        Assert.True(got.Length > 0 && got[0] == answer, $"0x{answer:X2} was to come, not {Convert.ToHexString(got)}");
        return got;
    }

    /// <summary>Reports one open port and waits for the acknowledgement.</summary>
    public Task ReportAsync(string thing, ushort number) =>
        AskAsync(RawPackets.Publish(Mosquitto.ReportTopic(thing), Encoding.UTF8.GetBytes(Mosquitto.ReportWithPorts(number, 443)), number, IsV5), RawPackets.PubAck);

    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
