using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Xunit;

namespace Defender.Interop.Tests;

/// <summary>The agent's executable against Mosquitto, and against the gateway over mutual TLS.</summary>
public sealed partial class AgentDeliveryTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("defender-delivery-").FullName;

    private string State => Path.Combine(_directory, "state");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("5", "MQTT 5.0")]
    [InlineData("3.1.1", "MQTT 3.1.1")]
    public async Task It_reports_to_mosquitto_in_both_versions(string version, string said)
    {
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        await using Responder service = await Responder.StartAsync(broker);
        await using ChildProcess agent = StartAgent(broker, "mqtt", "--mqtt-version", version);

        Assert.Contains(said, await agent.WaitForErrorAsync(" 200 Connected to"), StringComparison.Ordinal);
        await agent.WaitForErrorAsync(" accepted");
        await agent.WaitForErrorAsync(" accepted");
        agent.Interrupt();
        Assert.Equal(0, await agent.WaitForExitAsync());
    }

    [Theory]
    [InlineData("openssl", "5", "by OpenSSL 3.")]
    [InlineData("sslstream", "5", "by SslStream")]
    [InlineData("openssl", "3.1.1", "by OpenSSL 3.")]
    public async Task It_reports_to_mosquitto_over_TLS_with_a_client_certificate(string implementation, string version, string said)
    {
        TestCertificates.Write(_directory);
        await using MosquittoBroker broker = await StartTlsBrokerAsync();
        await using ChildProcess agent = StartAgent(
            broker, "mqtts", "--mqtt-version", version, "--tls", implementation,
            "--root-ca", Path.Combine(_directory, "ca.pem"), "--cert", Path.Combine(_directory, "client.pem"), "--key", Path.Combine(_directory, "client.key"));

        Assert.Contains($"TLSv1.3 {said}", await agent.WaitForErrorAsync(" 200 Connected to"), StringComparison.Ordinal);
        await agent.WaitForErrorAsync("acknowledged by the endpoint");
        agent.Interrupt();
        Assert.Equal(0, await agent.WaitForExitAsync());
    }

    [Theory]
    [InlineData("openssl")]
    [InlineData("sslstream")]
    public async Task Mosquitto_takes_no_agent_without_a_certificate_and_the_agent_no_mosquitto_of_another_authority(string implementation)
    {
        TestCertificates.Write(_directory);
        await using MosquittoBroker broker = await StartTlsBrokerAsync();
        await using ChildProcess naked = StartAgent(broker, "mqtts", "--tls", implementation, "--root-ca", Path.Combine(_directory, "ca.pem"));
        await naked.WaitForErrorAsync("the server wants a client certificate, and none is configured");

        await using ChildProcess careful = StartAgent(broker, "mqtts", "--tls", implementation, "--root-ca", Path.Combine(_directory, "other-ca.pem"));
        await careful.WaitForErrorAsync("the certificate of the server does not come from an authority in");
    }

    [Theory]
    [InlineData("openssl")]
    [InlineData("sslstream")]
    public async Task It_reports_to_the_gateway_as_the_thing_that_was_enrolled(string implementation)
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(null, "--mqtts", "0");
        string port = (await gateway.Process.WaitForTranscriptAsync(Mqtts())).Groups[1].Value;
        string files = Path.Combine(_directory, "out");
        await using ChildProcess enrol = ChildProcess.StartGateway("enrol", "pump-17", "--out", files, "--data", gateway.Directory);
        Assert.True(await enrol.WaitForExitAsync() == 0, enrol.Transcript);
        string key = Directory.GetFiles(files, "*.key").Single();

        await using ChildProcess agent = ChildProcess.StartAgent(
            "run", "--allow-root", "true", "--endpoint", $"mqtts://localhost:{port}", "--thing", "pump-17", "--interval", "1s", "--tls", implementation,
            "--root-ca", Path.Combine(gateway.Directory, "identity", "ca.crt"), "--cert", Path.ChangeExtension(key, ".crt"), "--key", key);
        await agent.WaitForErrorAsync(" accepted");
        await agent.WaitForErrorAsync(" accepted");
        agent.Interrupt();
        Assert.True(await agent.WaitForExitAsync() == 0, agent.Transcript);
    }

    [Fact]
    public async Task What_was_kept_while_the_broker_was_away_survives_SIGKILL_and_arrives_once()
    {
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        await broker.StopAsync();
        // The last of them at some byte of its writing, or between two.
        await using (ChildProcess agent = StartAgent(broker, "mqtt", "--state-directory", State))
        {
            await WaitForFilesAsync(3);
            agent.Kill9();
            await agent.WaitForExitAsync();
        }

        long[] kept = Kept();
        await broker.StartAsync();
        await using Responder service = await Responder.StartAsync(broker);
        await using ChildProcess next = StartAgent(broker, "mqtt", "--state-directory", State, "--replay-interval", "0");
        await service.WaitForAsync(ids => kept.All(ids.Contains), () => next.Transcript);
        // Its own, after those: what was kept went out before them, or between.
        await next.WaitForErrorAsync(" accepted");
        await WaitForFilesAsync(0);

        Assert.True(kept.Length >= 3);
        Assert.Equal(service.Ids.Count, service.Ids.Distinct().Count());
        Assert.Equal(kept, service.Ids.Where(kept.Contains));
        Assert.All(service.Ids.Except(kept), id => Assert.True(id > kept.Max()));
    }

    private async Task<MosquittoBroker> StartTlsBrokerAsync() => await MosquittoBroker.StartAsync(
        $"""
         cafile {_directory}/ca.pem
         certfile {_directory}/server.pem
         keyfile {_directory}/server.key
         require_certificate true
         use_identity_as_username true
         allow_anonymous false
         """);

    private static ChildProcess StartAgent(MosquittoBroker broker, string scheme, params string[] options) => ChildProcess.StartAgent(
        ["run", "--allow-root", "true", "--endpoint", $"{scheme}://127.0.0.1:{broker.Port}", "--thing", "pump-17", "--interval", "1s", .. options]);

    private long[] Kept() => [.. Files().Select(path => long.Parse(Path.GetFileNameWithoutExtension(path), null)).Order()];

    private string[] Files()
    {
        string spool = Path.Combine(State, "spool");
        return Directory.Exists(spool) ? Directory.GetFiles(spool, "*.report") : [];
    }

    // Zero means that no more than what is being delivered is there.
    private async Task WaitForFilesAsync(int count)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (count > 0 ? Files().Length < count : Files().Length > 0)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < ChildProcess.Deadline, $"{Files().Length} reports are in the spool");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, default);
        }
    }

    [GeneratedRegex(@"mqtts://127\.0\.0\.1:(\d+)")]
    private static partial Regex Mqtts();
}
