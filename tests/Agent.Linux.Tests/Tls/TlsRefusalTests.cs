using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Defender.Agent.Linux.Tls;
using Xunit;

namespace Defender.Agent.Linux.Tests.Tls;

/// <summary>Each way in which there must be no connection, by both implementations, against OpenSSL's server; and the good way beside it.</summary>
public sealed class TlsRefusalTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    public static TheoryData<string> Implementations { get; } = [nameof(TlsImplementation.SslStream), nameof(TlsImplementation.OpenSsl)];

    public void Dispose() => _authority.Dispose();

    [Theory]
    [MemberData(nameof(Implementations))]
    public async Task A_server_that_is_what_it_should_be_is_talked_to(string implementation)
    {
        using OpenSslServer server = await OpenSslServer.StartAsync(_authority.Issue());

        await using TlsStream stream = await ConnectAsync(implementation, server.Port);

        Assert.Equal("TLSv1.3", stream.Protocol);
        Assert.Equal("cba", await EchoAsync(stream, "abc"));
    }

    [Theory]
    [MemberData(nameof(Implementations))]
    public async Task An_address_is_checked_like_a_name(string implementation)
    {
        using OpenSslServer server = await OpenSslServer.StartAsync(_authority.Issue());

        // s_server serves one after the other.
        await using (TlsStream stream = await ConnectAsync(implementation, server.Port, host: "127.0.0.1"))
            Assert.Equal("cba", await EchoAsync(stream, "abc"));

        await RefusedAsync(TlsRefusal.WrongHost, "the certificate of the server is not for 127.0.0.2", implementation, server, host: "127.0.0.2");
    }

    [Theory]
    [MemberData(nameof(Implementations))]
    public async Task TLS_1_2_is_enough(string implementation)
    {
        using OpenSslServer server = await OpenSslServer.StartAsync(_authority.Issue(), "-tls1_2");

        await using TlsStream stream = await ConnectAsync(implementation, server.Port);

        Assert.Equal("TLSv1.2", stream.Protocol);
        Assert.Equal("cba", await EchoAsync(stream, "abc"));
    }

    [Theory]
    [MemberData(nameof(Implementations))]
    public async Task Another_host(string implementation)
    {
        using OpenSslServer server = await OpenSslServer.StartAsync(_authority.Issue(host: "other.example"));

        await RefusedAsync(TlsRefusal.WrongHost, "the certificate of the server is not for localhost", implementation, server);
    }

    [Theory]
    [MemberData(nameof(Implementations))]
    public async Task An_expired_certificate(string implementation)
    {
        using OpenSslServer server = await OpenSslServer.StartAsync(_authority.Issue(fromDays: -3, toDays: -1));

        await RefusedAsync(
            TlsRefusal.Expired, "the certificate of the server has expired, or the clock of this device is wrong", implementation, server);
    }

    [Theory]
    [MemberData(nameof(Implementations))]
    public async Task A_certificate_of_the_future(string implementation)
    {
        using OpenSslServer server = await OpenSslServer.StartAsync(_authority.Issue(fromDays: 1, toDays: 3));

        await RefusedAsync(
            TlsRefusal.NotYetValid, "the certificate of the server is not valid yet, or the clock of this device is wrong", implementation, server);
    }

    [Theory]
    [MemberData(nameof(Implementations))]
    public async Task An_authority_that_is_not_the_configured_one(string implementation)
    {
        using TestAuthority other = new("another CA");
        using OpenSslServer server = await OpenSslServer.StartAsync(other.Issue());

        await RefusedAsync(
            TlsRefusal.UnknownAuthority,
            $"the certificate of the server does not come from an authority in {_authority.RootFile}", implementation, server);
    }

    [Theory]
    [MemberData(nameof(Implementations))]
    public async Task An_authority_that_is_not_the_configured_one_and_is_sent_along(string implementation)
    {
        using TestAuthority other = new("another CA");
        using OpenSslServer server = await OpenSslServer.StartAsync(other.Issue(), "-cert_chain", other.RootFile);

        await RefusedAsync(
            TlsRefusal.UnknownAuthority,
            $"the certificate of the server does not come from an authority in {_authority.RootFile}", implementation, server);
    }

    [Theory]
    [MemberData(nameof(Implementations))]
    public async Task An_authority_that_the_system_does_not_trust(string implementation)
    {
        using OpenSslServer server = await OpenSslServer.StartAsync(_authority.Issue());

        await RefusedAsync(
            TlsRefusal.UnknownAuthority,
            "the certificate of the server does not come from an authority that this system trusts",
            implementation, server, new TlsOptions());
    }

    [Theory]
    [MemberData(nameof(Implementations))]
    public async Task A_self_signed_certificate(string implementation)
    {
        using OpenSslServer server = await OpenSslServer.StartAsync(_authority.SelfSigned());

        await RefusedAsync(
            TlsRefusal.SelfSigned,
            $"the certificate of the server is self-signed and not from an authority in {_authority.RootFile}", implementation, server);
    }

    [Theory]
    [MemberData(nameof(Implementations))]
    public async Task A_certificate_for_clients_only(string implementation)
    {
        using OpenSslServer server = await OpenSslServer.StartAsync(_authority.Issue(usage: TestAuthority.ClientUsage));

        await RefusedAsync(
            TlsRefusal.WrongUsage,
            "the certificate of the server is not meant for servers (its key usage says so)", implementation, server);
    }

    [Theory]
    [MemberData(nameof(Implementations))]
    public async Task A_server_of_TLS_1_1(string implementation)
    {
        using OpenSslServer server = await OpenSslServer.StartAsync(_authority.Issue(), "-tls1_1", "-cipher", "ALL:@SECLEVEL=0");

        await RefusedAsync(TlsRefusal.OldProtocol, "the server speaks no TLS 1.2 or newer", implementation, server);
    }

    [Theory]
    [InlineData(nameof(TlsImplementation.SslStream), "-tls1_2")]
    [InlineData(nameof(TlsImplementation.OpenSsl), "-tls1_2")]
    [InlineData(nameof(TlsImplementation.SslStream), "-tls1_3")]
    [InlineData(nameof(TlsImplementation.OpenSsl), "-tls1_3")]
    public async Task A_server_that_wants_a_client_certificate_and_gets_none(string implementation, string version)
    {
        using OpenSslServer server = await OpenSslServer.StartAsync(_authority.Issue(), version, "-Verify", "1", "-CAfile", _authority.RootFile);

        // In TLS 1.3 the client learns of it with the first read.
        Exception failure = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using TlsStream stream = await ConnectAsync(implementation, server.Port);
            await EchoAsync(stream, "abc");
        });

        TlsException refused = Assert.IsType<TlsException>(failure.InnerException ?? failure);
        Assert.Equal(TlsRefusal.ClientCertificate, refused.Refusal);
        Assert.StartsWith("the server wants a client certificate, and none is configured (", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Implementations))]
    public async Task A_server_that_does_not_take_the_client_certificate(string implementation)
    {
        using TestAuthority other = new("another CA");
        (string certificate, string key) = other.Issue(usage: TestAuthority.ClientUsage);
        using OpenSslServer server = await OpenSslServer.StartAsync(
            _authority.Issue(), "-Verify", "1", "-verify_return_error", "-CAfile", _authority.RootFile);

        Exception failure = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using TlsStream stream = await ConnectAsync(
                implementation, server.Port, new TlsOptions { RootCaFile = _authority.RootFile, CertificateFile = certificate, KeyFile = key });
            await EchoAsync(stream, "abc");
        });

        TlsException refused = Assert.IsType<TlsException>(failure.InnerException ?? failure);
        Assert.Equal(TlsRefusal.ClientCertificate, refused.Refusal);
        Assert.StartsWith($"the server does not know the authority of the client certificate in {certificate} (", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Implementations))]
    public async Task A_server_of_TLS_1_2_that_renegotiates(string implementation)
    {
        using OpenSslServer server = await OpenSslServer.StartTalkingAsync(_authority.Issue(), "-tls1_2");
        await using TlsStream stream = await ConnectAsync(implementation, server.Port);
        await stream.WriteAsync("before\n"u8.ToArray());
        await Eventually.TrueAsync(() => server.Lines.Contains("before"), () => string.Join('\n', server.Lines));

        await server.TellAsync("r");

        // The server gives up when it is not followed; where it is, the connection goes on and there is nothing to read.
        Exception? end = await Record.ExceptionAsync(() => stream.ReadAsync(new byte[100]).AsTask().WaitAsync(TlsConnecting.Deadline));
        Assert.IsAssignableFrom<IOException>(end);
    }

    [Theory]
    [MemberData(nameof(Implementations))]
    public async Task A_server_that_speaks_no_TLS(string implementation)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Task answering = Task.Run(async () =>
        {
            using Socket socket = await listener.AcceptSocketAsync();
            await socket.SendAsync("220 mail.example ESMTP\r\n"u8.ToArray());
            await socket.ReceiveAsync(new byte[1000]);
        });

        TlsException refused = await Assert.ThrowsAsync<TlsException>(() => ConnectAsync(implementation, ((IPEndPoint)listener.LocalEndpoint).Port));
        await answering;

        Assert.Equal(TlsRefusal.NoTls, refused.Refusal);
    }

    private async Task RefusedAsync(
        TlsRefusal refusal, string sentence, string implementation, OpenSslServer server, TlsOptions? options = null, string host = "localhost")
    {
        TlsException refused = await Assert.ThrowsAsync<TlsException>(() => ConnectAsync(implementation, server.Port, options, host));
        Assert.Equal((refusal, sentence), (refused.Refusal, refused.Message));
    }

    private Task<TlsStream> ConnectAsync(string implementation, int port, TlsOptions? options = null, string host = "localhost") =>
        TlsConnecting.ConnectAsync(implementation, port, options ?? new TlsOptions { RootCaFile = _authority.RootFile }, host);

    private static Task<string> EchoAsync(TlsStream stream, string line) => TlsConnecting.EchoAsync(stream, line);
}
