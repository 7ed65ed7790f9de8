using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Identity;
using Defender.Gateway.Identity.Tls;
using Defender.Gateway.Storage.Identities;
using Defender.Gateway.Tests.Running;
using Xunit;

namespace Defender.Gateway.Tests.Identity;

/// <summary>Who may connect over TLS, and what becomes of everybody else.</summary>
public sealed class MutualTlsTests
{
    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_registered_certificate_is_let_in_whoever_issued_it(SslProtocols protocols)
    {
        await using SecureGateway gateway = await SecureGateway.StartAsync();
        using X509Certificate2 device = Pki.Leaf("CN=whatever");
        gateway.Register(device);

        using TlsPeer peer = await TlsPeer.OpenAsync(gateway.Port, device, protocols: protocols);

        Assert.Equal(0, await peer.ConnectAsync("pump-17"));
        await peer.PingAsync();
        Assert.Equal(protocols, peer.Stream.SslProtocol);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task OpenSSL_gives_its_buffers_back_while_a_connection_is_idle(SslProtocols protocols)
    {
        await using SecureGateway gateway = await SecureGateway.StartAsync();
        using X509Certificate2 device = Pki.Leaf("CN=whatever");
        gateway.Register(device);
        using TlsPeer peer = await TlsPeer.OpenAsync(gateway.Port, device, protocols: protocols);

        Assert.True(TlsBuffers.TryRelease(peer.Stream));

        Assert.Equal(0, await peer.ConnectAsync("pump-17"));
        for (int i = 0; i < 3; i++)
            await peer.PingAsync();
    }

    [Theory]
    [InlineData("mqtt")]
    [InlineData("x-amzn-mqtt-ca")]
    public async Task The_protocols_of_AWS_are_agreed_on(string alpn)
    {
        await using SecureGateway gateway = await SecureGateway.StartAsync();
        using X509Certificate2 device = Pki.Leaf("CN=whatever");
        gateway.Register(device);

        using TlsPeer peer = await TlsPeer.OpenAsync(gateway.Port, device, alpn: alpn);

        Assert.Equal(alpn, Encoding.ASCII.GetString(peer.Stream.NegotiatedApplicationProtocol.Protocol.Span));
        Assert.Equal(0, await peer.ConnectAsync("pump-17"));
    }

    [Theory]
    [InlineData(CertificateStatus.Inactive, IdentityRefusal.InactiveCertificate)]
    [InlineData(CertificateStatus.Revoked, IdentityRefusal.RevokedCertificate)]
    public async Task A_certificate_that_is_not_active_is_refused(object status, object refusal)
    {
        await using SecureGateway gateway = await SecureGateway.StartAsync();
        using X509Certificate2 device = Pki.Leaf("CN=whatever");
        gateway.Register(device, status: (CertificateStatus)status);

        Assert.False(await TlsPeer.IsLetInAsync(gateway.Port, device));
        Assert.False(await TlsPeer.IsLetInAsync(gateway.Port, device, SslProtocols.Tls12));

        await gateway.RefusedAsync((IdentityRefusal)refusal, 2);
        await gateway.Gateway.Log.WaitForAsync("refused", Fingerprint.Of(device));
    }

    [Fact]
    public async Task A_certificate_outside_its_validity_is_refused()
    {
        await using SecureGateway gateway = await SecureGateway.StartAsync();
        using X509Certificate2 expired = Pki.Leaf("CN=whatever", begins: TimeSpan.FromDays(-2), ends: TimeSpan.FromDays(-1));
        using X509Certificate2 early = Pki.Leaf("CN=whatever", begins: TimeSpan.FromDays(1), ends: TimeSpan.FromDays(2));
        gateway.Register(expired);
        gateway.Register(early);

        Assert.False(await TlsPeer.IsLetInAsync(gateway.Port, expired));
        Assert.False(await TlsPeer.IsLetInAsync(gateway.Port, early));

        await gateway.RefusedAsync(IdentityRefusal.ExpiredCertificate);
        await gateway.RefusedAsync(IdentityRefusal.CertificateNotYetValid);
    }

    [Fact]
    public async Task An_empty_registry_lets_nobody_in_CVE_2018_12550()
    {
        await using SecureGateway gateway = await SecureGateway.StartAsync();
        using X509Certificate2 stranger = Pki.Leaf("CN=pump-17");
        using X509Certificate2 ca = Pki.Ca();
        using X509Certificate2 ofAnotherCa = Pki.Leaf("CN=pump-17", ca);

        Assert.False(await TlsPeer.IsLetInAsync(gateway.Port, stranger));
        Assert.False(await TlsPeer.IsLetInAsync(gateway.Port, ofAnotherCa));
        Assert.False(await TlsPeer.IsLetInAsync(gateway.Port, certificate: null));

        await gateway.RefusedAsync(IdentityRefusal.UnknownCertificate, 2);
        await gateway.RefusedAsync(IdentityRefusal.NoCertificate);
    }

    [Fact]
    public async Task A_stranger_is_let_in_once_he_is_registered()
    {
        await using SecureGateway gateway = await SecureGateway.StartAsync();
        using X509Certificate2 device = Pki.Leaf("CN=whatever");
        Assert.False(await TlsPeer.IsLetInAsync(gateway.Port, device));

        gateway.Register(device);

        using var deadline = new CancellationTokenSource(TestGateway.Deadline);
        while (!await TlsPeer.IsLetInAsync(gateway.Port, device))
            deadline.Token.ThrowIfCancellationRequested();
    }

    [Fact]
    public async Task What_is_not_TLS_is_closed_and_counted()
    {
        await using SecureGateway gateway = await SecureGateway.StartAsync();
        foreach (byte[] garbage in new[] { RawPeer.Connect("pump-17"), "GET / HTTP/1.1\r\n\r\n"u8.ToArray(), [0x16, 3, 1, 0xff, 0xff], new byte[20_000], [0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0] })
        {
            using RawPeer peer = await RawPeer.OpenAsync(gateway.Port);
            await peer.SendAsync(garbage);
            peer.Finish();
            await peer.ReadToCloseAsync();
        }

        await gateway.RefusedAsync(IdentityRefusal.HandshakeFailed, 5);
        Assert.DoesNotContain(gateway.Gateway.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

#pragma warning disable SYSLIB0039, CA5397 // What must be refused.
    [Fact]
    public async Task Earlier_versions_of_TLS_are_refused()
    {
        await using SecureGateway gateway = await SecureGateway.StartAsync();
        using X509Certificate2 device = Pki.Leaf("CN=whatever");
        gateway.Register(device);

        Assert.False(await TlsPeer.IsLetInAsync(gateway.Port, device, SslProtocols.Tls11));
    }
#pragma warning restore SYSLIB0039, CA5397

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_peer_that_dawdles_in_the_handshake_is_closed(bool hasBegun)
    {
        var clock = new Defender.Tests.ManualTime(TimeProvider.System.GetUtcNow());
        await using SecureGateway gateway = await SecureGateway.StartAsync(clock: clock);
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, gateway.Port);
        if (hasBegun)
            await socket.GetStream().WriteAsync(new byte[] { 0x16, 3, 1, 1, 0, 1 });
        // Whichever step it waits in, there is a limit of time from then on.
        await Eventually.TrueAsync(() => clock.TimersSet > 0, "the gateway waits");
        using var deadline = new CancellationTokenSource(TestGateway.Deadline);
        Task<int> closing = socket.GetStream().ReadAsync(new byte[1], deadline.Token).AsTask();
        while (!closing.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, deadline.Token);
        }

        Assert.Equal(0, await closing);
        Assert.Equal(1, gateway.Get<IIdentityRefusals>().Count(IdentityRefusal.HandshakeTimeout));
    }

    [Fact]
    public async Task A_client_that_is_closed_hears_a_farewell()
    {
        await using SecureGateway gateway = await SecureGateway.StartAsync();
        using X509Certificate2 device = Pki.Leaf("CN=whatever");
        gateway.Register(device);
        using TlsPeer peer = await TlsPeer.OpenAsync(gateway.Port, device);
        await peer.ConnectAsync("pump-17");

        using TlsPeer newer = await TlsPeer.OpenAsync(gateway.Port, device);
        Assert.Equal(0, await newer.ConnectAsync("pump-17"));

        // close_notify reads as the end; without it this throws.
        Assert.Equal(0, await peer.Stream.ReadAsync(new byte[1]).AsTask().WaitAsync(TestGateway.Deadline));
        await newer.PingAsync();
    }

    [Fact]
    public async Task Revocation_by_another_process_is_told_to_the_sessions_at_the_next_look()
    {
        await using SecureGateway gateway = await SecureGateway.StartAsync();
        using X509Certificate2 device = Pki.Leaf("CN=whatever");
        gateway.Register(device);
        using TlsPeer peer = await TlsPeer.OpenAsync(gateway.Port, device);
        await peer.ConnectAsync("pump-17");
        var withdrawn = new TaskCompletionSource<IReadOnlySet<string>>(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.Get<IClientAuthenticator>().Withdrawn += principals => withdrawn.TrySetResult(principals);
        Assert.True(gateway.Get<ClientAuthenticator>().Stands(IdentityOf(device)));

        Assert.Equal(1, gateway.Identities.ChangeStatusOfThing("pump-17", CertificateStatus.Revoked));

        Assert.Equal([Fingerprint.Of(device)], await withdrawn.Task.WaitAsync(TestGateway.Deadline));
        Assert.True(IdentityRegistry.PollInterval <= TimeSpan.FromMilliseconds(500));
        Assert.False(gateway.Get<ClientAuthenticator>().Stands(IdentityOf(device)));
        Assert.False(await TlsPeer.IsLetInAsync(gateway.Port, device));
    }

    private static ClientIdentity IdentityOf(X509Certificate2 device) => new(IdentityKind.Certificate, "pump-17", Fingerprint.Of(device), []);
}
