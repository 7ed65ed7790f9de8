using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace Defender.Interop.Tests;

/// <summary>Reports that come from Debian's mosquitto.</summary>
public sealed class BrokerTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("defender-broker-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Reports_there_are_judged_and_answered_there()
    {
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        await using RunningGateway gateway = await StartAsync(broker);
        await using ChildProcess answers = await broker.SubscribeAsync("$aws/things/+/defender/metrics/+/+");

        await broker.PublishReportAsync("pump-17", 1, 2323);
        string accepted = await answers.WaitForOutputAsync("{");
        await broker.PublishAsync(Mosquitto.ReportTopic("pump-17"), """{"header":{"report_id":7,"version":"1.0"},"metrics":[]}""");
        string rejected = await answers.WaitForOutputAsync("{");

        Assert.StartsWith(Mosquitto.ReportTopic("pump-17", "/accepted {"), accepted, StringComparison.Ordinal);
        Assert.StartsWith(Mosquitto.ReportTopic("pump-17", "/rejected {"), rejected, StringComparison.Ordinal);
        Assert.Contains(" in-alarm ", await gateway.Process.WaitForOutputAsync("thing=pump-17 profile=attack-surface behavior=no-telnet-2323"), StringComparison.Ordinal);

        // The gateway's own endpoint is there as well.
        await Mosquitto.PublishReportAsync(gateway, "fan-3", Mosquitto.ReportWithPorts(1, 2323));
        await gateway.Process.WaitForOutputAsync("thing=fan-3");
    }

    [Fact]
    public async Task What_the_broker_acknowledged_is_judged_though_the_gateway_was_killed_and_the_broker_restarted()
    {
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        await using (RunningGateway killed = await StartAsync(broker))
        {
            await broker.PublishReportAsync("pump-0", 1, 2323);
            await killed.Process.WaitForOutputAsync("thing=pump-0");
            killed.Process.Kill9();
            await killed.Process.WaitForExitAsync();
        }

        foreach (int i in Enumerable.Range(1, 5))
            await broker.PublishReportAsync($"pump-{i}", i, 2323);
        await broker.StopAsync();
        await broker.StartAsync();
        await using RunningGateway gateway = await StartAsync(broker);

        foreach (int i in Enumerable.Range(1, 5))
            await gateway.Process.WaitForOutputAsync($"thing=pump-{i} ");

        // Now the broker goes under a gateway that runs.
        await broker.KillAsync();
        await gateway.Process.WaitForErrorAsync($"no reports from mqtt://127.0.0.1:{broker.Port}: ");
        await broker.StartAsync();
        await gateway.Process.WaitForErrorAsync("reports come from");
        await broker.PublishReportAsync("pump-6", 6, 2323);
        await gateway.Process.WaitForOutputAsync("thing=pump-6 ");
    }

    [Fact]
    public async Task Other_topics_serve_as_well()
    {
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        await using RunningGateway gateway = await StartAsync(broker, "--broker-topic", "fleet/{thing}/defender", "--broker-share", "defenders");
        await using ChildProcess answers = await broker.SubscribeAsync("fleet/+/defender/+");

        await broker.PublishAsync("fleet/pump-17/defender", Mosquitto.ReportWithPorts(1, 2323));

        Assert.StartsWith("fleet/pump-17/defender/accepted {", await answers.WaitForOutputAsync("{"), StringComparison.Ordinal);
        await gateway.Process.WaitForOutputAsync("thing=pump-17");
    }

    [Fact]
    public async Task TLS_with_a_certificate_on_both_sides()
    {
        string certificates = Directory.CreateDirectory(Path.Combine(_directory, "tls")).FullName;
        TestCertificates.Write(certificates);
        string[] client = ["--cafile", $"{certificates}/ca.pem", "--cert", $"{certificates}/client.pem", "--key", $"{certificates}/client.key"];
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync(
            $"""
             cafile {certificates}/ca.pem
             certfile {certificates}/server.pem
             keyfile {certificates}/server.key
             require_certificate true
             use_identity_as_username true
             allow_anonymous false
             """,
            clientArguments: _ => client);
        string url = $"mqtts://127.0.0.1:{broker.Port}";

        await using (RunningGateway stranger = await RunningGateway.StartAsync(
            null, "--broker", url, "--broker-ca", $"{certificates}/other-ca.pem", "--broker-cert", $"{certificates}/client.pem", "--broker-key", $"{certificates}/client.key"))
            Assert.Contains("certificate", await stranger.Process.WaitForErrorAsync($"no reports from {url}: The remote certificate is invalid"), StringComparison.Ordinal);

        await using (RunningGateway nobody = await RunningGateway.StartAsync(null, "--broker", url, "--broker-ca", $"{certificates}/ca.pem"))
            await nobody.Process.WaitForErrorAsync($"no reports from {url}: ");

        await using RunningGateway gateway = await RunningGateway.StartAsync(
            _directory, "--profile", RunningGateway.AttackSurface, "--broker", url,
            "--broker-ca", $"{certificates}/ca.pem", "--broker-cert", $"{certificates}/client.pem", "--broker-key", $"{certificates}/client.key");
        await gateway.Process.WaitForErrorAsync("reports come from");
        await broker.PublishReportAsync("pump-17", 1, 2323);
        await gateway.Process.WaitForOutputAsync("thing=pump-17");
    }

    [Fact]
    public async Task A_wrong_password_is_told_and_the_right_one_works_without_a_restart()
    {
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync(
            "allow_anonymous false\npassword_file DIR/users",
            async directory =>
            {
                await using ChildProcess passwd = ChildProcess.Start("mosquitto_passwd", "-b", "-c", $"{directory}/users", "gateway", "right");
                Assert.Equal(0, await passwd.WaitForExitAsync());
            },
            _ => ["-u", "gateway", "-P", "right"]);
        string password = Path.Combine(_directory, "password");
        File.WriteAllText(password, "wrong\n");
        await using RunningGateway gateway = await RunningGateway.StartAsync(
            _directory, "--profile", RunningGateway.AttackSurface, "--broker", $"mqtt://127.0.0.1:{broker.Port}", "--broker-user", "gateway", "--broker-password-file", password);

        string line = await gateway.Process.WaitForErrorAsync("no reports from");
        Assert.Contains("it refuses client defender-gateway with NotAuthorized (5): look at --broker-user and --broker-password-file", line, StringComparison.Ordinal);

        File.WriteAllText(password, "right\n");
        await gateway.Process.WaitForErrorAsync("reports come from");
        await broker.PublishReportAsync("pump-17", 1, 2323);
        await gateway.Process.WaitForOutputAsync("thing=pump-17");
    }

    [Fact]
    public async Task Files_that_are_not_there_are_no_start()
    {
        await using ChildProcess gateway = ChildProcess.StartGateway(
            "run", "--mqtt", "0", "--http", "0", "--data", _directory, "--broker", "mqtts://127.0.0.1:1", "--broker-ca", Path.Combine(_directory, "none.pem"));

        Assert.Equal(2, await gateway.WaitForExitAsync());
        Assert.Contains("defender-gateway: --broker-ca: cannot use", gateway.Transcript, StringComparison.Ordinal);
    }

    private async Task<RunningGateway> StartAsync(MosquittoBroker broker, params string[] arguments)
    {
        RunningGateway gateway = await RunningGateway.StartAsync(
            _directory, ["--profile", RunningGateway.AttackSurface, "--broker", $"mqtt://127.0.0.1:{broker.Port}", .. arguments]);
        await gateway.Process.WaitForErrorAsync("reports come from");
        return gateway;
    }
}
