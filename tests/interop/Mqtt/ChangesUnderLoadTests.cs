using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Xunit;
using Xunit.Abstractions;

namespace Defender.Interop.Tests.Mqtt;

/// <summary>What changes while devices report: whom it concerns notices, nobody else does.</summary>
[Collection(StressCollection.Name)]
public sealed class ChangesUnderLoadTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("defender-reload-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_thing_that_is_revoked_is_disconnected_within_a_second_and_the_others_go_on(bool isV5)
    {
        await using DeviceGateway gateway = await DeviceGateway.StartAsync("--limit", "publishes-per-second=0");
        string port = await gateway.PortOfAsync("mqtts");
        using X509Certificate2 stolenCertificate = await gateway.EnrolCertificateAsync("stolen");
        using X509Certificate2 certificate = await gateway.EnrolCertificateAsync("pump-17");
        await using ReportingDevice other = await ReportingDevice.StartAsync(port, "pump-17", isV5, certificate);
        ReportingDevice[] plain = await StartAsync(gateway.Port, null, isV5, "a", "b", "c", "d");
        await using ReportingDevice stolen = await ReportingDevice.StartAsync(port, "stolen", isV5, stolenCertificate);
        await stolen.WaitForReportsAsync(10);

        await using ChildProcess revoke = ChildProcess.StartGateway("thing", "revoke", "stolen", "--data", gateway.Gateway.Directory);
        Task closed = stolen.ClosedAsync();
        Assert.True(await revoke.WaitForExitAsync() == 0, revoke.Transcript);
        long revoked = TimeProvider.System.GetTimestamp();
        await closed;

        TimeSpan delay = TimeProvider.System.GetElapsedTime(revoked);
        output.WriteLine($"closed {delay.TotalMilliseconds:0} ms after the verb had ended; {stolen.Acknowledged} reports before");
        Assert.InRange(delay, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        await gateway.WaitForMetricsAsync(metrics => metrics["defender_mqtt_connections_ended_total{reason=\"withdrawn\"}"] == 1);
        await CheckGoOnAsync(gateway, [other, .. plain], stolen.Acknowledged);
    }

    [Fact]
    public async Task A_new_server_certificate_and_new_policies_drop_no_session_and_no_report()
    {
        TestCertificates.Write(_directory);
        string certificateFile = Path.Combine(_directory, "server.pem"), keyFile = Path.Combine(_directory, "server.key");
        await using DeviceGateway gateway = await DeviceGateway.StartAsync(
            "--limit", "connects-per-second-of-client=0", "--tls-cert", certificateFile, "--tls-key", keyFile, "--limit", "publishes-per-second=0");
        string port = await gateway.PortOfAsync("mqtts");
        var devices = new List<ReportingDevice>();
        foreach (string thing in new[] { "pump-1", "pump-2", "pump-3", "pump-4" })
        {
            using X509Certificate2 certificate = await gateway.EnrolCertificateAsync(thing);
            devices.Add(await ReportingDevice.StartAsync(port, thing, isV5: devices.Count % 2 == 1, certificate));
        }

        using X509Certificate2 probe = await gateway.EnrolCertificateAsync("probe");
        Assert.Equal((byte)0x80, await SubscribeAsync(port, probe, "factory/state"));
        for (int round = 1; round <= 3; round++)
        {
            string before = await ServerThumbprintAsync(port, probe);
            TestCertificates.Write(_directory);
            string root = $"factory{round}";
            await File.WriteAllTextAsync(gateway.PoliciesFile, DeviceGateway.Policies(root));
            await UntilAsync(async () => await ServerThumbprintAsync(port, probe) != before);
            await UntilAsync(async () => await SubscribeAsync(port, probe, $"{root}/state") == 1);
            foreach (ReportingDevice device in devices)
                await device.WaitForReportsAsync(5);
        }

        await CheckGoOnAsync(gateway, devices, 0);
    }

    private static async Task<ReportingDevice[]> StartAsync(string port, X509Certificate2? certificate, bool isV5, params string[] things) =>
        await Task.WhenAll(things.Select(thing => ReportingDevice.StartAsync(port, thing, isV5, certificate)));

    // Each goes on, and what was acknowledged was judged. The one that was closed may have had a report judged without hearing of it.
    private async Task CheckGoOnAsync(DeviceGateway gateway, IReadOnlyList<ReportingDevice> devices, int acknowledgedToGone)
    {
        foreach (ReportingDevice device in devices)
            await device.WaitForReportsAsync(10);
        foreach (ReportingDevice device in devices)
            await device.StopAsync();
        double accepted = (await gateway.MetricsAsync())["defender_reports_total{outcome=\"accepted\"}"];
        int acknowledged = devices.Sum(device => device.Acknowledged) + acknowledgedToGone;
        output.WriteLine($"{acknowledged} reports acknowledged, {accepted} accepted; the slowest in {devices.Max(device => device.LongestWait).TotalMilliseconds:0} ms");
        Assert.InRange(accepted, acknowledged, acknowledged + (acknowledgedToGone > 0 ? 1 : 0));
        foreach (ReportingDevice device in devices)
            await device.DisposeAsync();
    }

    private static async Task<string> ServerThumbprintAsync(string port, X509Certificate2 certificate)
    {
        await using RawClient client = await RawClient.OpenAsync(port, certificate);
        return client.ServerThumbprint;
    }

    // The code that SUBACK has for the filter.
    private static async Task<byte> SubscribeAsync(string port, X509Certificate2 certificate, string filter)
    {
        await using RawClient client = await RawClient.ConnectAsync(port, "probe", isV5: true, certificate: certificate);
        byte code = (await client.AskAsync(RawPackets.Subscribe(filter, 1, isV5: true), RawPackets.SubAck))[^1];
        return code >= 0x80 ? (byte)0x80 : code;
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(30), "the change was not taken up");
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }
    }
}
