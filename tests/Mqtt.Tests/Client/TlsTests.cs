using System;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Defender.Mqtt.Client;
using Defender.Mqtt.Packets;
using Xunit;

namespace Defender.Mqtt.Tests.Client;

public sealed class TlsTests
{
    [Fact]
    public async Task Talks_over_TLS_to_a_server_it_is_told_to_trust()
    {
        using X509Certificate2 certificate = SelfSigned();
        await using var peer = new Peer();
        Task<MqttClient> connecting = MqttClient.ConnectAsync(
            Options(peer, tls => tls.RemoteCertificateValidationCallback =
                (_, shown, _, _) => shown!.GetCertHashString() == certificate.GetCertHashString()),
            default);
        await peer.AcceptAsync();
        var stream = new SslStream(peer.Stream);
        await stream.AuthenticateAsServerAsync(certificate).WaitAsync(Peer.Deadline);
        peer.Stream = stream;

        Assert.Equal("Connect level=4 clean=True keepalive=60 id='device'", await peer.ReadAsync());
        Assert.Equal("localhost", stream.TargetHostName);
        Assert.True(stream.SslProtocol >= SslProtocols.Tls12);
        await peer.SendAsync(output => MqttWriter.WriteConnAck(output, ConnectReturnCode.Accepted));
        await using MqttClient client = await connecting.WaitAsync(Peer.Deadline);
        Task disconnecting = client.DisconnectAsync(default);
        Assert.Equal("Disconnect", await peer.ReadAsync());
        Assert.Equal("end", await peer.ReadAsync());
        peer.Close();
        await disconnecting.WaitAsync(Peer.Deadline);
    }

    [Fact]
    public async Task A_server_without_a_trusted_certificate_is_a_network_failure()
    {
        using X509Certificate2 certificate = SelfSigned();
        await using var peer = new Peer();
        Task<MqttClient> connecting = MqttClient.ConnectAsync(Options(peer, configure: null), default);
        await peer.AcceptAsync();
        await using var stream = new SslStream(peer.Stream);
        Task authenticating = stream.AuthenticateAsServerAsync(certificate);

        await Failing.WithAsync(MqttFailure.Network, connecting);

        // In TLS 1.3 the server is done before the client has judged its certificate.
        await authenticating.WaitAsync(Peer.Deadline).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private static MqttClientOptions Options(Peer peer, Action<SslClientAuthenticationOptions>? configure) => new()
    {
        Host = "localhost",
        Port = peer.Port,
        ClientId = "device",
        UseTls = true,
        ConfigureTls = configure,
    };

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
