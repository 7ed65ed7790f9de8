using System;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace Defender.Interop.Tests;

public sealed class MosquittoTests
{
    [Fact]
    public async Task A_report_published_by_hand_is_answered_on_the_accepted_topic()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync();
        await using ChildProcess answers = await Mosquitto.SubscribeAsync(gateway, Mosquitto.ReportTopic("pump-17", "/accepted"));

        await Mosquitto.PublishReportAsync(gateway, "pump-17", Mosquitto.ReportWithPorts(1_700_000_300, 22));

        using JsonDocument answer = Payload(await answers.WaitForOutputAsync("{"));
        Assert.Equal("pump-17", answer.RootElement.GetProperty("thingName").GetString());
        Assert.Equal(1_700_000_300, answer.RootElement.GetProperty("reportId").GetInt64());
        Assert.Equal("ACCEPTED", answer.RootElement.GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_malformed_report_is_rejected_and_the_next_one_works()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync();
        await using ChildProcess answers = await Mosquitto.SubscribeAsync(gateway, "$aws/things/+/defender/metrics/#");

        await Mosquitto.PublishReportAsync(gateway, "pump-17", """{"header":{"report_id":7,"version":"1.0"},"metrics":[]}""");
        string first = await answers.WaitForOutputAsync("{");
        await Mosquitto.PublishReportAsync(gateway, "pump-17", Mosquitto.ReportWithPorts(8, 22));
        string second = await answers.WaitForOutputAsync("{");

        Assert.StartsWith(Mosquitto.ReportTopic("pump-17", "/rejected "), first, StringComparison.Ordinal);
        using JsonDocument rejected = Payload(first);
        JsonElement details = rejected.RootElement.GetProperty("statusDetails");
        Assert.Equal("InvalidPayload", details.GetProperty("ErrorCode").GetString());
        Assert.Equal("Malformed metrics report", details.GetProperty("ErrorMessage").GetString());
        Assert.Equal(7, rejected.RootElement.GetProperty("reportId").GetInt64());
        Assert.StartsWith(Mosquitto.ReportTopic("pump-17", "/accepted "), second, StringComparison.Ordinal);
        await gateway.Process.WaitForErrorAsync("report of thing pump-17 rejected: InvalidPayload: R08");
    }

    [Fact]
    public async Task Other_topics_are_carried_between_clients()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync();
        await using ChildProcess subscriber = await Mosquitto.SubscribeAsync(gateway, "telemetry/+");
        await using ChildProcess publish = ChildProcess.Start(
            "mosquitto_pub", "-p", gateway.MqttPort, "-q", "1", "-t", "telemetry/raw", "-m", "42");

        Assert.Equal(0, await publish.WaitForExitAsync());
        Assert.Equal("telemetry/raw 42", await subscriber.WaitForOutputAsync("telemetry/raw 42"));
    }

    private static JsonDocument Payload(string line) => JsonDocument.Parse(line[line.IndexOf('{', StringComparison.Ordinal)..]);
}
