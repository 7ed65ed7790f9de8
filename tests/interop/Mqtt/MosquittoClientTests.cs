using System;
using System.Threading.Tasks;
using Xunit;

namespace Defender.Interop.Tests.Mqtt;

/// <summary>The same day of a device with mosquitto_pub and mosquitto_sub, a process for each thing that it does.</summary>
public sealed class MosquittoClientTests(DeviceGatewayFixture fixture) : IClassFixture<DeviceGatewayFixture>
{
    [Theory]
    [InlineData("mqttv311", "mqtt")]
    [InlineData("mqttv311", "mqtts")]
    [InlineData("mqttv5", "mqtt")]
    [InlineData("mqttv5", "mqtts")]
    public async Task Mosquitto_reports_talks_and_finds_its_session_again(string version, string scheme)
    {
        string thing = $"mosquitto-{version}-{scheme}";
        string[] device = await ArgumentsAsync(version, scheme, thing);
        string[] peer = await ArgumentsAsync(version, scheme, scheme == "mqtts" ? DeviceGatewayFixture.Peer : $"{thing}-peer");
        string report = Mosquitto.ReportTopic(thing);
        string[] lasting = ["-c", .. version == "mqttv5" ? ["-x", "300"] : Array.Empty<string>()];
        string[] will = ["--will-topic", $"plant/{thing}/status", "--will-payload", "lost", "--will-qos", "1"];

        // An operator on loopback sees the answers: the device is busy publishing, one client identifier is one connection.
        await using (ChildProcess answers = await SubscribeAsync([.. await ArgumentsAsync(version, "mqtt", $"{thing}-operator"), "-t", $"{report}/+"]))
        {
            await PublishAsync(device, report, Mosquitto.ReportWithPorts(1, 22));
            Assert.Contains("\"status\":\"ACCEPTED\"", await answers.WaitForOutputAsync($"{report}/accepted {{"), StringComparison.Ordinal);
            await PublishAsync(device, report, "no report at all");
            Assert.Contains("\"ErrorCode\":\"InvalidPayload\"", await answers.WaitForOutputAsync($"{report}/rejected {{"), StringComparison.Ordinal);
        }

        await using (ChildProcess subscriber = await SubscribeAsync([.. device, .. lasting, .. will, "-t", $"plant/{thing}/commands"]))
        {
            await PublishAsync(peer, $"plant/{thing}/commands", "open");
            await subscriber.WaitForOutputAsync($"plant/{thing}/commands open");

            await using ChildProcess watcher = await SubscribeAsync([.. peer, "-t", $"plant/{thing}/status"]);
            subscriber.Kill9();
            await watcher.WaitForOutputAsync($"plant/{thing}/status lost");
        }

        // While it is away.
        await PublishAsync(peer, $"plant/{thing}/commands", "one");
        await PublishAsync(peer, $"plant/{thing}/commands", "two");
        // They come before it has subscribed anew.
        await using (ChildProcess again = ChildProcess.Start("stdbuf", ["-oL", "mosquitto_sub", "-v", "-q", "1", .. device, .. lasting, "-t", $"plant/{thing}/commands"]))
        {
            await again.WaitForOutputAsync($"plant/{thing}/commands one");
            await again.WaitForOutputAsync($"plant/{thing}/commands two");
        }

        await PublishAsync(peer, $"plant/{thing}/state", "running", "-r");
        await using ChildProcess late = await SubscribeAsync([.. peer, "-t", $"plant/{thing}/state", "--retained-only"]);
        await late.WaitForOutputAsync($"plant/{thing}/state running");
    }

    private static async Task<ChildProcess> SubscribeAsync(string[] arguments)
    {
        ChildProcess subscriber = ChildProcess.Start("stdbuf", ["-oL", "mosquitto_sub", "-v", "-d", "-q", "1", .. arguments]);
        await subscriber.WaitForOutputAsync("Subscribed (mid: 1)");
        return subscriber;
    }

    private static async Task PublishAsync(string[] client, string topic, string payload, params string[] more)
    {
        await using ChildProcess publish = ChildProcess.Start("mosquitto_pub", [.. client, "-q", "1", "-t", topic, "-m", payload, .. more]);
        Assert.True(await publish.WaitForExitAsync() == 0, publish.Transcript);
    }

    private async Task<string[]> ArgumentsAsync(string version, string scheme, string clientId)
    {
        DeviceGateway gateway = fixture.Gateway;
        string[] arguments = ["-V", version, "-h", "localhost", "-p", await gateway.PortOfAsync(scheme), "-i", clientId];
        if (scheme != "mqtts")
            return arguments;
        string folder = clientId == DeviceGatewayFixture.Peer ? fixture.PeerFolder : await gateway.EnrolAsync(clientId);
        return [.. arguments, "--cafile", gateway.CaFile, "--cert", $"{folder}/{clientId}.crt", "--key", $"{folder}/{clientId}.key"];
    }
}
