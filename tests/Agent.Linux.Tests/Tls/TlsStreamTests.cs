using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Linux.Tls;
using Xunit;

namespace Defender.Agent.Linux.Tests.Tls;

/// <summary>What a secure connection carries, by both implementations.</summary>
public sealed class TlsStreamTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public TlsStreamTests() => _listener.Start();

    public static TheoryData<string> Implementations => TlsRefusalTests.Implementations;

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose()
    {
        _listener.Dispose();
        _authority.Dispose();
    }

    [Theory]
    [MemberData(nameof(Implementations))]
    public async Task Reports_of_every_size_arrive_whole_both_ways(string implementation)
    {
        (SslStream server, TlsStream client) = await ConnectedAsync(implementation);
        foreach (int size in new[] { 1, 16_383, 16_384, 16_385, 131_072, 300_000 })
        {
            byte[] sent = RandomNumberGenerator.GetBytes(size);
            byte[] received = new byte[size];
            byte[] returned = new byte[size];
            await Task.WhenAll(client.WriteAsync(sent).AsTask(), server.ReadExactlyAsync(received).AsTask()).WaitAsync(TlsConnecting.Deadline);
            await Task.WhenAll(server.WriteAsync(received).AsTask(), client.ReadExactlyAsync(returned).AsTask()).WaitAsync(TlsConnecting.Deadline);

            Assert.True(sent.AsSpan().SequenceEqual(returned), $"{size} bytes");
        }

        await client.DisposeAsync();
        await server.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Implementations))]
    public async Task The_server_learns_the_name_and_the_protocol_that_are_asked_for(string implementation)
    {
        (SslStream server, TlsStream client) = await ConnectedAsync(implementation, alpn: "x-amzn-mqtt-ca");

        Assert.Equal("localhost", server.TargetHostName);
        Assert.Equal("x-amzn-mqtt-ca", server.NegotiatedApplicationProtocol.ToString());
        await client.DisposeAsync();
        await server.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Implementations))]
    public async Task The_end_is_said_and_heard(string implementation)
    {
        (SslStream server, TlsStream client) = await ConnectedAsync(implementation);

        await client.ShutdownAsync();
        Assert.Equal(0, await server.ReadAsync(new byte[10]).AsTask().WaitAsync(TlsConnecting.Deadline));
        await server.ShutdownAsync();
        Assert.Equal(0, await client.ReadAsync(new byte[10]).AsTask().WaitAsync(TlsConnecting.Deadline));
        await client.DisposeAsync();
        await server.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Implementations))]
    public async Task A_read_that_waits_ends_with_the_connection(string implementation)
    {
        (SslStream server, TlsStream client) = await ConnectedAsync(implementation);
        Task<int> reading = client.ReadAsync(new byte[10]).AsTask();

        await client.DisposeAsync();

        // An error or the end, as the socket below has it: what counts is that it does not wait, nor read what was freed.
        int count = 0;
        Exception? failure = await Record.ExceptionAsync(async () => count = await reading.WaitAsync(TlsConnecting.Deadline));
        Assert.IsNotType<TimeoutException>(failure);
        Assert.Equal(0, count);
        await Assert.ThrowsAnyAsync<Exception>(() => client.WriteAsync(new byte[10]).AsTask());
        await client.DisposeAsync();
        await server.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Implementations))]
    public async Task A_read_that_is_given_up_loses_nothing(string implementation)
    {
        (SslStream server, TlsStream client) = await ConnectedAsync(implementation);
        using CancellationTokenSource stop = new();
        Task<int> reading = client.ReadAsync(new byte[10], stop.Token).AsTask();
        if (implementation == nameof(TlsImplementation.OpenSsl))
        {
            // SslStream is broken after it; ours is not.
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(TlsConnecting.Deadline));
            reading = client.ReadAsync(new byte[10]).AsTask();
        }

        await server.WriteAsync(new byte[] { 1, 2, 3 });

        Assert.Equal(3, await reading.WaitAsync(TlsConnecting.Deadline));
        await client.DisposeAsync();
        await server.DisposeAsync();
    }

    [Theory]
    [InlineData(nameof(TlsImplementation.SslStream), "EC PKCS#8")]
    [InlineData(nameof(TlsImplementation.SslStream), "EC SEC1")]
    [InlineData(nameof(TlsImplementation.SslStream), "RSA PKCS#8")]
    [InlineData(nameof(TlsImplementation.SslStream), "RSA PKCS#1")]
    [InlineData(nameof(TlsImplementation.OpenSsl), "EC PKCS#8")]
    [InlineData(nameof(TlsImplementation.OpenSsl), "EC SEC1")]
    [InlineData(nameof(TlsImplementation.OpenSsl), "RSA PKCS#8")]
    [InlineData(nameof(TlsImplementation.OpenSsl), "RSA PKCS#1")]
    public async Task A_client_certificate_is_shown_with_each_form_of_its_key(string implementation, string form)
    {
        using AsymmetricAlgorithm key = form.StartsWith("RSA", StringComparison.Ordinal) ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        (string certificate, _) = _authority.Issue(usage: TestAuthority.ClientUsage, key: key);
        string keyFile = _authority.WriteFile(form switch
        {
            "EC SEC1" => ((ECDsa)key).ExportECPrivateKeyPem(),
            "RSA PKCS#1" => ((RSA)key).ExportRSAPrivateKeyPem(),
            _ => key.ExportPkcs8PrivateKeyPem(),
        });

        (SslStream server, TlsStream client) = await ConnectedAsync(implementation, certificate: certificate, key: keyFile);

        Assert.Equal(File.ReadAllText(certificate), ((X509Certificate2)server.RemoteCertificate!).ExportCertificatePem());
        await client.DisposeAsync();
        await server.DisposeAsync();
    }

    [Theory]
    [InlineData(nameof(TlsImplementation.SslStream), "missing")]
    [InlineData(nameof(TlsImplementation.OpenSsl), "missing")]
    [InlineData(nameof(TlsImplementation.SslStream), "another's")]
    [InlineData(nameof(TlsImplementation.OpenSsl), "another's")]
    [InlineData(nameof(TlsImplementation.SslStream), "encrypted")]
    [InlineData(nameof(TlsImplementation.OpenSsl), "encrypted")]
    [InlineData(nameof(TlsImplementation.SslStream), "no key")]
    [InlineData(nameof(TlsImplementation.OpenSsl), "no key")]
    public async Task A_key_that_cannot_be_used_is_named_and_nobody_is_asked_for_a_password(string implementation, string what)
    {
        (string certificate, string key) = _authority.Issue(usage: TestAuthority.ClientUsage);
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string file = what switch
        {
            "missing" => Path.Combine(_authority.Directory, "none.pem"),
            "another's" => _authority.WriteFile(other.ExportPkcs8PrivateKeyPem()),
            "encrypted" => _authority.WriteFile(
                other.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1))),
            _ => _authority.WriteFile("nothing"),
        };
        Assert.NotEqual(key, file);

        IOException failure = await Assert.ThrowsAsync<IOException>(() => TlsConnecting.ConnectAsync(
            implementation, Port, new TlsOptions { RootCaFile = _authority.RootFile, CertificateFile = certificate, KeyFile = file }));
        Assert.StartsWith($"cannot use client certificate {certificate} with key {file}: ", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotMatch("error 8[0-9A-F]{7}", failure.Message);
        Assert.True(failure.Message.Length > 200 || failure.Message.Last() != ' ');
    }

    [Theory]
    [InlineData(nameof(TlsImplementation.SslStream), true)]
    [InlineData(nameof(TlsImplementation.OpenSsl), true)]
    [InlineData(nameof(TlsImplementation.SslStream), false)]
    [InlineData(nameof(TlsImplementation.OpenSsl), false)]
    public async Task A_root_file_that_cannot_be_used_is_named(string implementation, bool isThere)
    {
        string file = isThere ? _authority.WriteFile("nothing") : Path.Combine(_authority.Directory, "none.pem");

        IOException failure = await Assert.ThrowsAsync<IOException>(
            () => TlsConnecting.ConnectAsync(implementation, Port, new TlsOptions { RootCaFile = file }));
        Assert.StartsWith($"cannot use root CA file {file}: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_chosen_by_itself_is_libssl_where_it_is()
    {
        string name = TlsClients.Choose(TlsImplementation.Auto, TimeProvider.System).Name;

        Assert.StartsWith(OpenSsl.IsAvailable() ? "OpenSSL 3." : "SslStream", name, StringComparison.Ordinal);
    }

    private async Task<(SslStream Server, TlsStream Client)> ConnectedAsync(
        string implementation, string? alpn = null, string? certificate = null, string? key = null)
    {
        (string serverCertificate, string serverKey) = _authority.Issue();
        using X509Certificate2 identity = X509Certificate2.CreateFromPemFile(serverCertificate, serverKey);
        Task<TlsStream> connecting = TlsConnecting.ConnectAsync(
            implementation, Port, new TlsOptions { RootCaFile = _authority.RootFile, CertificateFile = certificate, KeyFile = key }, alpn: alpn);
        SslStream server = new(new NetworkStream(await _listener.AcceptSocketAsync(), ownsSocket: true));
        await server.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(identity, null, offline: true),
            ApplicationProtocols = alpn is null ? null : [new SslApplicationProtocol("other"), new SslApplicationProtocol(alpn)],
            ClientCertificateRequired = certificate is not null,
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null == certificate is not null,
        }).WaitAsync(TlsConnecting.Deadline);
        return (server, await connecting.WaitAsync(TlsConnecting.Deadline));
    }
}
