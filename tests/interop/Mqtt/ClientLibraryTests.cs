using System.IO;
using System.Threading.Tasks;
using Defender.Tests;
using Xunit;

namespace Defender.Interop.Tests.Mqtt;

/// <summary>The day of a device, from its first CONNECT to a session that waited for it, in the libraries that devices use.</summary>
public sealed class ClientLibraryTests(DeviceGatewayFixture fixture) : IClassFixture<DeviceGatewayFixture>
{
    private static readonly string[] Steps = ["subscribed", "accepted", "rejected", "talked", "retained", "lost", "resumed", "ended"];

    [Theory]
    [InlineData("4", "mqtt")]
    [InlineData("4", "mqtts")]
    [InlineData("4", "ws")]
    [InlineData("4", "wss")]
    [InlineData("5", "mqtt")]
    [InlineData("5", "mqtts")]
    [InlineData("5", "ws")]
    [InlineData("5", "wss")]
    public Task MQTT_js_reports_talks_and_finds_its_session_again(string version, string scheme) => LiveAsync("node", "mqttjs-driver.mjs", version, scheme);

    [Theory]
    [InlineData("4", "mqtt")]
    [InlineData("4", "mqtts")]
    [InlineData("4", "ws")]
    [InlineData("4", "wss")]
    [InlineData("5", "mqtt")]
    [InlineData("5", "mqtts")]
    [InlineData("5", "ws")]
    [InlineData("5", "wss")]
    public Task Paho_reports_talks_and_finds_its_session_again(string version, string scheme) => LiveAsync("/usr/bin/python3", "paho-driver.py", version, scheme);

    private async Task LiveAsync(string program, string script, string version, string scheme)
    {
        DeviceGateway gateway = fixture.Gateway;
        string thing = $"{Path.GetFileNameWithoutExtension(script)}-{version}-{scheme}";
        string path = scheme.StartsWith("ws", System.StringComparison.Ordinal) ? "/mqtt" : "";
        string url = $"{scheme}://localhost:{await gateway.PortOfAsync(scheme)}{path}";
        string[] identity = scheme.EndsWith('s') && scheme != "ws" ? [gateway.CaFile, await gateway.EnrolAsync(thing), fixture.PeerFolder] : [];
        // Without certificates everybody is who he says, but nobody takes the name of one who has one.
        string peer = identity.Length > 0 ? DeviceGatewayFixture.Peer : $"{thing}-peer";
        await using ChildProcess driver = ChildProcess.Start(
            program, [Path.Combine(RepositoryFiles.Root, "tests", "interop", "Mqtt", "drivers", script), url, version, thing, peer, .. identity]);

        Assert.True(await driver.WaitForExitAsync() == 0, $"{url}:\n{driver.Transcript}\n{gateway.Process.Transcript}");
        Assert.Equal(Steps, await driver.ReadToEndAsync());
    }
}
