using System;
using System.IO;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Xunit;

namespace Defender.Interop.Tests;

/// <summary>A device that was enrolled beside a running gateway, with mosquitto's client and its OpenSSL.</summary>
public sealed partial class EnrolmentTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("defender-enrol-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("pump-17")]
    [InlineData("it's pump 17")]
    public async Task The_line_that_enrol_prints_sends_a_report_until_the_thing_is_revoked(string thing)
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(null, "--mqtts", "0");
        string port = (await gateway.Process.WaitForTranscriptAsync(Mqtts())).Groups[1].Value;
        await using ChildProcess enrol = ChildProcess.StartGateway("enrol", thing, "--out", Path.Combine(_directory, "out"), "--data", gateway.Directory);
        string[] lines = await enrol.ReadToEndAsync();
        string line = lines[^1].Replace("-p 8883", $"-p {port}", StringComparison.Ordinal);
        Assert.StartsWith("mosquitto_pub ", line, StringComparison.Ordinal);
        await using ChildProcess answers = await Mosquitto.SubscribeAsync(gateway, "$aws/things/+/defender/metrics/json/accepted");

        await using (ChildProcess publish = ChildProcess.Start("sh", "-c", line))
            Assert.True(await publish.WaitForExitAsync() == 0, publish.Transcript);
        Assert.Contains($"\"thingName\":\"{thing}\"", (await answers.WaitForOutputAsync("ACCEPTED")).Replace("\\u0027", "'", StringComparison.Ordinal), StringComparison.Ordinal);

        await using ChildProcess revoke = ChildProcess.StartGateway("thing", "revoke", thing, "--data", gateway.Directory);
        Assert.True(await revoke.WaitForExitAsync() == 0, revoke.Transcript);
        // It follows within a second; every try until then may get through.
        long start = TimeProvider.System.GetTimestamp();
        int status;
        do
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < ChildProcess.Deadline, "the revoked thing still gets through");
            await using ChildProcess refused = ChildProcess.Start("sh", "-c", line);
            status = await refused.WaitForExitAsync();
        }
        while (status == 0);
        await gateway.Process.WaitForErrorAsync("is REVOKED");
    }

    [Fact]
    public async Task A_client_without_a_certificate_is_refused()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(null, "--mqtts", "0");
        string port = (await gateway.Process.WaitForTranscriptAsync(Mqtts())).Groups[1].Value;

        await using ChildProcess refused = ChildProcess.Start(
            "mosquitto_pub", "-h", "localhost", "-p", port, "--cafile", Path.Combine(gateway.Directory, "identity", "ca.crt"), "-t", "t", "-m", "m");

        Assert.NotEqual(0, await refused.WaitForExitAsync());
        await gateway.Process.WaitForErrorAsync("it showed no certificate");
    }

    [GeneratedRegex(@"mqtts://127\.0\.0\.1:(\d+)")]
    private static partial Regex Mqtts();
}
