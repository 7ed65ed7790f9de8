using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Access;
using Defender.Gateway.Hosting;
using Defender.Gateway.Identity;
using Defender.Gateway.Identity.Issuing;
using Defender.Gateway.Identity.Tls;
using Defender.Gateway.Tests.Running;
using Defender.Tests;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Defender.Gateway.Tests.Identity;

/// <summary>The gateway's own CA and certificate, an operator's, and how they are replaced while devices are connected.</summary>
public sealed class ServerCertificateTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("defender-tls-").FullName;
    private readonly ManualTime _clock = new(TimeProvider.System.GetUtcNow());

    private string CertificateFile => Path.Combine(_directory, "own.crt");

    private string KeyFile => Path.Combine(_directory, "own.key");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task The_first_start_makes_a_CA_that_clients_can_trust_under_every_name()
    {
        await using SecureGateway gateway = await SecureGateway.StartAsync(listeners => listeners with { TlsNames = ["gateway.example", "192.0.2.7"] });
        using X509Certificate2 device = Pki.Leaf("CN=whatever");
        gateway.Register(device);
        string folder = Path.Combine(gateway.Gateway.Directory, "identity");
        using X509Certificate2 ca = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(folder, "ca.crt"));

        foreach (string host in new[] { "localhost", "127.0.0.1", "::1", "gateway.example", "192.0.2.7" })
        {
            using TlsPeer peer = await TlsPeer.OpenAsync(gateway.Port, device, trusted: ca, host: host);
            Assert.Equal(0, await peer.ConnectAsync("pump-17"));
        }

        await Assert.ThrowsAsync<System.Security.Authentication.AuthenticationException>(() => TlsPeer.OpenAsync(gateway.Port, device, trusted: ca, host: "elsewhere.example"));
        Assert.InRange((ca.NotAfter - ca.NotBefore).TotalDays, 3652, 3654);
        if (!OperatingSystem.IsWindows())
        {
            foreach (string file in Directory.GetFiles(folder))
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task The_CA_stays_over_restarts_and_the_certificate_is_renewed_in_time()
    {
        var authority = new CertificateAuthority(_directory, _clock);
        Assert.True(await authority.EnsureServerAsync(["localhost"], CancellationToken.None));
        byte[] ca = File.ReadAllBytes(authority.CaFile), server = File.ReadAllBytes(authority.ServerFile);
        Assert.False(await authority.EnsureServerAsync(["LOCALHOST"], CancellationToken.None));
        Assert.Equal(server, File.ReadAllBytes(authority.ServerFile));

        _clock.Advance(TimeSpan.FromDays(366));
        Assert.False(await authority.EnsureServerAsync(["localhost"], CancellationToken.None));
        _clock.Advance(TimeSpan.FromDays(2));
        Assert.True(await authority.EnsureServerAsync(["localhost"], CancellationToken.None));
        Assert.True(await authority.EnsureServerAsync(["localhost", "gateway.example"], CancellationToken.None));
        Assert.False(await authority.EnsureServerAsync(["localhost"], CancellationToken.None));

        Assert.Equal(ca, File.ReadAllBytes(authority.CaFile));
    }

    [Theory]
    [InlineData("ca.key")]
    [InlineData("ca.crt")]
    public async Task A_CA_that_lost_a_file_is_never_made_anew_in_silence(string lost)
    {
        var authority = new CertificateAuthority(_directory, _clock);
        (await authority.OpenAsync(CancellationToken.None)).Dispose();
        string file = Path.Combine(_directory, "identity", lost);
        byte[] content = File.ReadAllBytes(file);

        File.Delete(file);
        Assert.Contains(lost, (await Assert.ThrowsAsync<StartupException>(() => authority.OpenAsync(CancellationToken.None))).Message, StringComparison.Ordinal);
        PrivateFile.Open(file, FileMode.CreateNew).Dispose();
        Assert.Contains("damaged", (await Assert.ThrowsAsync<StartupException>(() => authority.OpenAsync(CancellationToken.None))).Message, StringComparison.Ordinal);

        File.WriteAllBytes(file, content);
        (await authority.OpenAsync(CancellationToken.None)).Dispose();
    }

    [Fact]
    public async Task Several_processes_make_one_CA()
    {
        X509Certificate2[] cas = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
            new CertificateAuthority(_directory, TimeProvider.System).OpenAsync(CancellationToken.None))));

        Assert.Single(cas.Select(ca => ca.Thumbprint).Distinct());
        Array.ForEach(cas, ca => ca.Dispose());
    }

    [Fact]
    public async Task A_new_certificate_is_shown_to_new_connections_while_sessions_go_on()
    {
        using X509Certificate2 first = WriteOwn("CN=first");
        await using SecureGateway gateway = await SecureGateway.StartAsync(listeners => listeners with { TlsCertificateFile = CertificateFile, TlsKeyFile = KeyFile });
        using X509Certificate2 device = Pki.Leaf("CN=whatever");
        gateway.Register(device);
        using TlsPeer session = await TlsPeer.OpenAsync(gateway.Port, device);
        Assert.Equal(0, await session.ConnectAsync("pump-17"));
        Assert.Equal(first.Thumbprint, session.Server.Thumbprint);

        using X509Certificate2 second = WriteOwn("CN=second");
        await gateway.Gateway.Log.WaitForAsync("in use", Fingerprint.Of(second));

        using X509Certificate2 another = Pki.Leaf("CN=another");
        gateway.Register(another, "pump-18");
        using TlsPeer newer = await TlsPeer.OpenAsync(gateway.Port, another);
        Assert.Equal(second.Thumbprint, newer.Server.Thumbprint);
        Assert.Equal(0, await newer.ConnectAsync("pump-18"));
        await session.PingAsync();
    }

    [Fact]
    public void A_pair_that_is_broken_half_written_or_mixed_leaves_the_old_one_CVE_2017_7652()
    {
        var log = new LineLog();
        ILogger logger = ((ILoggerProvider)log).CreateLogger("");
        using X509Certificate2 first = WriteOwn("CN=first");
        using ServerCertificate server = ServerCertificate.Open(CertificateFile, KeyFile, _clock, logger);
        using X509Certificate2 second = Pki.Leaf("CN=second");
        byte[] certificate = Pem(second), key = CertificateAuthority.KeyOf(second);

        foreach (Action damage in new Action[]
        {
            () => File.WriteAllBytes(CertificateFile, []),
            () => File.WriteAllBytes(CertificateFile, certificate[..(certificate.Length / 2)]),
            () => File.WriteAllBytes(CertificateFile, certificate),
            () => File.WriteAllText(KeyFile, "rubbish"),
            () => File.Delete(KeyFile),
        })
        {
            damage();
            int lines = log.Lines.Count;
            server.ReadAgain();
            server.ReadAgain();
            Assert.Equal(lines + 1, log.Lines.Count);
            Assert.StartsWith("Error: the server certificate cannot be read again", log.Lines[^1], StringComparison.Ordinal);
            Assert.Equal(first.Thumbprint, server.Context.TargetCertificate.Thumbprint);
        }

        File.WriteAllBytes(KeyFile, key);
        server.ReadAgain();
        Assert.Equal(second.Thumbprint, server.Context.TargetCertificate.Thumbprint);
    }

    [Fact]
    public async Task A_gateway_does_not_start_with_a_certificate_it_cannot_use()
    {
        using X509Certificate2 own = WriteOwn("CN=first");
        File.WriteAllText(KeyFile, "rubbish");

        StartupException error = await Assert.ThrowsAsync<StartupException>(() =>
            SecureGateway.StartAsync(listeners => listeners with { TlsCertificateFile = CertificateFile, TlsKeyFile = KeyFile }, directory: Path.Combine(_directory, "data")));

        Assert.Contains(KeyFile, error.Message, StringComparison.Ordinal);
    }

    private X509Certificate2 WriteOwn(string subject)
    {
        X509Certificate2 certificate = Pki.Leaf(subject);
        File.WriteAllBytes(CertificateFile, Pem(certificate));
        File.WriteAllBytes(KeyFile, CertificateAuthority.KeyOf(certificate));
        return certificate;
    }

    private static byte[] Pem(X509Certificate2 certificate) => System.Text.Encoding.ASCII.GetBytes(certificate.ExportCertificatePem());
}
