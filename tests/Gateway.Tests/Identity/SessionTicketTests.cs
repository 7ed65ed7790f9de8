using System;
using System.Diagnostics;
using System.IO;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Tasks;
using Defender.Gateway.Identity;
using Defender.Gateway.Storage.Identities;
using Defender.Gateway.Tests.Running;
using Xunit;

namespace Defender.Gateway.Tests.Identity;

/// <summary>A TLS session that a client resumes, by OpenSSL's own client: its certificate is looked up as in any other.</summary>
public sealed class SessionTicketTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("defender-tickets-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("-tls1_3", "TLSv1.3")]
    [InlineData("-tls1_2", "TLSv1.2")]
    public async Task A_session_is_resumed_and_outlives_no_revocation(string version, string protocol)
    {
        await using SecureGateway gateway = await SecureGateway.StartAsync();
        using X509Certificate2 device = Pki.Leaf("CN=whatever");
        gateway.Register(device);
        File.WriteAllText(InDirectory("device.pem"), device.ExportCertificatePem());
        File.WriteAllText(InDirectory("device.key"), device.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());

        string first = await ConnectAsync(gateway.Port, version, "-sess_out", isLetIn: true);
        Assert.Contains($"New, {protocol}", first, StringComparison.Ordinal);
        string resumed = await ConnectAsync(gateway.Port, version, "-sess_in", isLetIn: true);
        Assert.Contains($"Reused, {protocol}", resumed, StringComparison.Ordinal);

        gateway.Identities.ChangeStatus(Fingerprint.Of(device), CertificateStatus.Revoked);
        await Eventually.TrueAsync(
            () => gateway.Get<IdentityRegistry>().Find(Fingerprint.Of(device))?.Status == CertificateStatus.Revoked, "the gateway knows");
        await ConnectAsync(gateway.Port, version, "-sess_in", isLetIn: false);
        await gateway.RefusedAsync(IdentityRefusal.RevokedCertificate);
    }

    private string InDirectory(string name) => Path.Combine(_directory, name);

    // Its output, once CONNACK has come or the connection has ended.
    private async Task<string> ConnectAsync(int port, string version, string session, bool isLetIn)
    {
        using var client = new Process
        {
            StartInfo = new ProcessStartInfo("openssl")
            {
                ArgumentList =
                {
                    "s_client", "-connect", $"127.0.0.1:{port}", version, "-cert", InDirectory("device.pem"), "-key", InDirectory("device.key"),
                    "-nocommands", session, InDirectory("session.pem"),
                },
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardOutputEncoding = Encoding.Latin1,
            },
        };
        client.Start();
        _ = client.StandardError.ReadToEndAsync();
        byte[] connect = RawPeer.Connect("pump-17");
        client.StandardInput.BaseStream.Write(connect);
        client.StandardInput.BaseStream.Flush();
        var output = new StringBuilder();
        var buffer = new char[1024];
        bool hasAnswer = false;
        while (!hasAnswer && await client.StandardOutput.ReadAsync(buffer).AsTask().WaitAsync(TestGateway.Deadline) is > 0 and int count)
        {
            output.Append(buffer, 0, count);
            hasAnswer = output.ToString().Contains("\x20\x02\0\0", StringComparison.Ordinal);
        }

        client.StandardInput.Close();
        await client.WaitForExitAsync().WaitAsync(TestGateway.Deadline);
        Assert.Equal(isLetIn, hasAnswer);
        return output.ToString();
    }
}
