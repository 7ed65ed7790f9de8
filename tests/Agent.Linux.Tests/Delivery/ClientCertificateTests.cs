using System;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Defender.Agent.Core.Things;
using Defender.Agent.Linux.Delivery;
using Defender.Agent.Linux.Delivery.Network;
using Defender.Agent.Linux.Tests.Tls;
using Defender.Agent.Linux.Tls;
using Defender.Mqtt.Client;
using Xunit;

namespace Defender.Agent.Linux.Tests.Delivery;

/// <summary>A server that does not take the certificate of the client, or wants one: the agent's sentence names the cause, by alert and without.</summary>
public sealed class ClientCertificateTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public ClientCertificateTests() => _listener.Start();

    public static TheoryData<string, string> Ways { get; } = new()
    {
        { nameof(TlsImplementation.OpenSsl), "-tls1_2" },
        { nameof(TlsImplementation.OpenSsl), "-tls1_3" },
        { nameof(TlsImplementation.SslStream), "-tls1_2" },
        { nameof(TlsImplementation.SslStream), "-tls1_3" },
    };

    public void Dispose()
    {
        _listener.Dispose();
        _authority.Dispose();
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Required_and_not_configured(string implementation, string version)
    {
        using OpenSslServer server = await OpenSslServer.StartAsync(_authority.Issue(), version, "-Verify", "1", "-CAfile", _authority.RootFile);

        MqttException failure = Fail(implementation, server.Port, certificate: null, key: null);

        Assert.StartsWith("the server wants a client certificate, and none is configured (", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("): set cert and key to those that it issued to this thing", failure.Message, StringComparison.Ordinal);
        if (version == "-tls1_3")
            Assert.Contains("certificate required", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Of_an_authority_that_is_not_known_there(string implementation, string version)
    {
        using TestAuthority other = new("another CA");
        (string certificate, string key) = other.Issue(usage: TestAuthority.ClientUsage);
        using OpenSslServer server = await OpenSslServer.StartAsync(
            _authority.Issue(), version, "-Verify", "1", "-verify_return_error", "-CAfile", _authority.RootFile);

        MqttException failure = Fail(implementation, server.Port, certificate, key);

        Assert.StartsWith($"the server does not know the authority of the client certificate in {certificate} (", failure.Message, StringComparison.Ordinal);
        Assert.Contains("unknown ca", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Expired(string implementation, string version)
    {
        (string certificate, string key) = _authority.Issue(usage: TestAuthority.ClientUsage, fromDays: -3, toDays: -1);
        using OpenSslServer server = await OpenSslServer.StartAsync(
            _authority.Issue(), version, "-Verify", "1", "-verify_return_error", "-CAfile", _authority.RootFile);

        MqttException failure = Fail(implementation, server.Port, certificate, key);

        Assert.StartsWith($"the server says that the client certificate in {certificate} has expired (", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Revoked(string implementation, string version)
    {
        (string certificate, string key) = _authority.Issue(usage: TestAuthority.ClientUsage);
        string list = _authority.Revoke(certificate);
        using OpenSslServer server = await OpenSslServer.StartAsync(
            _authority.Issue(), version, "-Verify", "1", "-verify_return_error", "-CAfile", _authority.RootFile, "-CRL", list, "-crl_check");

        MqttException failure = Fail(implementation, server.Port, certificate, key);

        Assert.StartsWith($"the server says that the client certificate in {certificate} is revoked (", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("): have a new one issued to this thing", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(TlsImplementation.OpenSsl), SslProtocols.Tls12)]
    [InlineData(nameof(TlsImplementation.OpenSsl), SslProtocols.Tls13)]
    [InlineData(nameof(TlsImplementation.SslStream), SslProtocols.Tls12)]
    [InlineData(nameof(TlsImplementation.SslStream), SslProtocols.Tls13)]
    public async Task Not_taken_by_a_server_that_closes_without_an_alert(string implementation, SslProtocols version)
    {
        (string certificate, string key) = _authority.Issue(usage: TestAuthority.ClientUsage);
        Task serving = Task.Run(() => ServeAsync(version, takesCertificate: false));

        MqttException failure = Fail(implementation, Port, certificate, key);
        await serving;

        Assert.Contains(
            $"a server that does not take the client certificate in {certificate} does so: it may be revoked, expired, or of an authority unknown there",
            failure.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(TlsImplementation.OpenSsl), false)]
    [InlineData(nameof(TlsImplementation.OpenSsl), true)]
    [InlineData(nameof(TlsImplementation.SslStream), false)]
    [InlineData(nameof(TlsImplementation.SslStream), true)]
    public async Task Missed_by_a_server_that_closes_after_the_handshake(string implementation, bool resets)
    {
        Task serving = Task.Run(() => ServeAsync(SslProtocols.Tls13, takesCertificate: true, resets));

        MqttException failure = Fail(implementation, Port, certificate: null, key: null);
        await serving;

        Assert.EndsWith(
            " in place of an answer to CONNECT; a server that wants a client certificate does so, and none is configured: "
            + "set cert and key to those that it issued to this thing; or it does not take client id 'pump-17'",
            failure.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_of_TLS_that_is_spoken_to_without_it_says_nothing_and_is_suspected()
    {
        Task serving = Task.Run(async () =>
        {
            using Socket socket = await _listener.AcceptSocketAsync();
            await socket.ReceiveAsync(new byte[1000]);
        });

        MqttException failure = Fail(implementation: null, Port, certificate: null, key: null);
        await serving;

        Assert.Equal(
            "The server has closed the connection in place of an answer to CONNECT; a server that expects TLS (mqtts://) does so; "
            + "or it does not take client id 'pump-17'",
            failure.Message);
    }

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    private MqttException Fail(string? implementation, int port, string? certificate, string? key)
    {
        Assert.True(ThingName.TryParse("pump-17", out ThingName? thing, out _));
        DeliveryOptions delivery = new()
        {
            Endpoint = new Endpoint("localhost", port, implementation is not null),
            Tls = new TlsOptions
            {
                Implementation = implementation is null ? TlsImplementation.Auto : Enum.Parse<TlsImplementation>(implementation),
                RootCaFile = _authority.RootFile,
                CertificateFile = certificate,
                KeyFile = key,
            },
        };
        using EventLoop loop = new(TimeProvider.System);
        return loop.Run(() => Assert.ThrowsAsync<MqttException>(() => new MqttConnector(delivery, thing, loop).ConnectAsync((_, _) => { }, default)));
    }

    // As the gateway of this project does it: SslStream sends no alert of its own.
    private async Task ServeAsync(SslProtocols version, bool takesCertificate, bool resets = false)
    {
        (string certificate, string key) = _authority.Issue();
        using X509Certificate2 identity = X509Certificate2.CreateFromPemFile(certificate, key);
        using Socket socket = await _listener.AcceptSocketAsync();
        if (resets)
            socket.LingerState = new LingerOption(true, 0);
        using SslStream stream = new(new NetworkStream(socket));
        try
        {
            await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = SslStreamCertificateContext.Create(identity, null, offline: true),
                EnabledSslProtocols = version,
                ClientCertificateRequired = true,
                RemoteCertificateValidationCallback = (_, _, _, _) => takesCertificate,
            });
            await stream.ReadExactlyAsync(new byte[1]);
        }
        catch (Exception refused) when (refused is AuthenticationException or IOException)
        {
            // What the test wants.
        }
    }
}
