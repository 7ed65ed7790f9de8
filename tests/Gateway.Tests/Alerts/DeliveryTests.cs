using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Tests.Alerts.Sinks;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt;
using Defender.Mqtt.Client;
using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests.Alerts;

/// <summary>From a report to what receivers of alerts and of exported values are given, through a whole gateway.</summary>
public sealed class DeliveryTests : IDisposable
{
    // The instants of the samples.
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_400_000);

    private readonly string _directory = Directory.CreateTempSubdirectory("defender-delivery-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Every_kind_of_sink_gets_the_alarm_and_its_end_as_AWS_would_say_it()
    {
        await using WebhookReceiver webhook = await WebhookReceiver.StartAsync();
        string lines = Path.Combine(_directory, "alerts.jsonl");
        string alerts = Write("alerts.json", new
        {
            sinks = new Dictionary<string, object>
            {
                [TopicOf("mqtt")] = new { type = "mqtt", topic = "alerts/out" },
                [TopicOf("file")] = new { type = "file", path = lines },
                [TopicOf("webhook")] = new { type = "webhook", url = webhook.Url.ToString(), secret = "0123456789abcdef", allowPrivateAddresses = true },
            },
        });
        var clock = new ManualTime(Start);
        FaultyStore? store = null;
        await using TestGateway gateway = await TestGateway.StartAsync(
            options => options with { AlertsFile = alerts, ProfileFiles = [AlertProfile("mqtt"), AlertProfile("file"), AlertProfile("webhook")] },
            clock,
            directory => store = new FaultyStore(directory));
        await using MqttClient subscriber = await gateway.ConnectAsync("subscriber");
        await subscriber.SubscribeAsync("alerts/out", MqttQoS.AtLeastOnce, CancellationToken.None);
        await using MqttClient device = await gateway.ConnectAsync("pump-17");

        await device.ReportAsync("pump-17", BytesOut(1, 54));
        Check(await subscriber.NextJsonAsync(), "mqtt", "in-alarm", 54, Start);
        // A clock that leapt before the webhook's answer was read would be its timeout.
        await Eventually.TrueAsync(() => store!.CountOutbox().Count == 0, "the alarm is everywhere");

        clock.Advance(TimeSpan.FromMinutes(10));
        await device.ReportAsync("pump-17", BytesOut(2, 1));
        Check(await subscriber.NextJsonAsync(), "mqtt", "alarm-cleared", 1, Start.AddMinutes(10));
        await Eventually.TrueAsync(() => store!.CountOutbox().Count == 0, "its end is everywhere");

        JsonElement[] written = [.. (await File.ReadAllLinesAsync(lines)).Select(line => JsonElement.Parse(line))];
        Check(written[0], "file", "in-alarm", 54, Start);
        Check(written[1], "file", "alarm-cleared", 1, Start.AddMinutes(10));
        Assert.Equal(2, written.Length);
        JsonElement[] posted = [.. webhook.Requests.Select(request => JsonElement.Parse(request.Body))];
        Assert.Equal(2, posted.Length);
        Check(posted[0], "webhook", "in-alarm", 54, Start);
        Check(posted[1], "webhook", "alarm-cleared", 1, Start.AddMinutes(10));
        Assert.Equal(written[0].GetProperty("violationId").GetString(), written[1].GetProperty("violationId").GetString());

        // The suppressed behavior violated as well: it is printed and listed, and reached no sink.
        await gateway.Output.WaitForAsync("in-alarm", "profile=mqtt", "behavior=silent");
        Assert.False(subscriber.Messages.TryPeek(out _));
    }

    [Fact]
    public async Task Exported_values_come_to_their_topic_in_the_form_of_the_sample()
    {
        string profile = Write("export.json", new
        {
            securityProfileName = "exported",
            behaviors = new[]
            {
                new
                {
                    name = "ports",
                    metric = "aws:listening-tcp-ports",
                    criteria = new { comparisonOperator = "in-port-set", value = new { ports = new[] { 22, 443 } } },
                    exportMetric = true,
                },
            },
            metricsExportConfig = new { mqttTopic = "export/metrics", roleArn = "arn:aws:iam::123456789012:role/export" },
        });
        var clock = new ManualTime(Start.AddMilliseconds(1123));
        await using TestGateway gateway = await TestGateway.StartAsync(
            options => options with { ProfileFiles = [profile], ExportInterval = TimeSpan.FromMinutes(1) }, clock);
        await using MqttClient subscriber = await gateway.ConnectAsync("subscriber");
        await subscriber.SubscribeAsync("export/metrics", MqttQoS.AtLeastOnce, CancellationToken.None);
        await using MqttClient device = await gateway.ConnectAsync("pump-17");

        await device.ReportAsync("pump-17", Reports.Listening(1, 22, 443));
        Task<JsonElement> next = subscriber.NextJsonAsync();
        await Eventually.TrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return next.IsCompleted;
            },
            "the export goes out");

        JsonNode expected = Sample("export-batch.json");
        JsonArray entries = expected["metrics"]!.AsArray();
        JsonNode ports = entries.Single(entry => (string)entry!["name"]! == "aws:listening-tcp-ports")!.DeepClone();
        entries.Clear();
        entries.Add(ports);
        CheckSame(expected, await next);
    }

    private static void Check(JsonElement message, string profile, string type, long count, DateTimeOffset at)
    {
        JsonNode expected = Sample("sns-notification.json")["message"]!;
        expected["securityProfileName"] = profile;
        expected["behavior"]!["metric"] = "aws:all-bytes-out";
        expected["violationEventType"] = type;
        expected["violationEventTime"] = at.ToUnixTimeMilliseconds();
        expected["metricValue"]!["count"] = count;
        string violationId = message.GetProperty("violationId").GetString()!;
        Assert.Matches("^[0-9a-f]{32}$", violationId);
        expected["violationId"] = violationId;
        CheckSame(expected, message);
    }

    private static void CheckSame(JsonNode expected, JsonElement actual) =>
        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(actual.GetRawText())), $"expected {expected.ToJsonString()}\nactual {actual}");

    private static JsonNode Sample(string name) => JsonNode.Parse(File.ReadAllBytes(RepositoryFiles.Contract("responses", name)))!;

    private static string TopicOf(string sink) => $"arn:aws:sns:us-east-1:123456789012:{sink}";

    // The sample's behavior, once more with its alerts suppressed.
    private string AlertProfile(string sink)
    {
        object[] behaviors = [Behavior("few-disconnects", suppress: false), Behavior("silent", suppress: true)];
        return Write($"{sink}.json", new
        {
            securityProfileName = sink,
            behaviors,
            alertTargets = new { SNS = new { alertTargetArn = TopicOf(sink), roleArn = "arn:aws:iam::123456789012:role/alerts" } },
        });
    }

    private static object Behavior(string name, bool suppress) => new
    {
        name,
        metric = "aws:all-bytes-out",
        criteria = new
        {
            comparisonOperator = "less-than",
            value = new { count = 10 },
            durationSeconds = 300,
            consecutiveDatapointsToAlarm = 1,
            consecutiveDatapointsToClear = 1,
        },
        suppressAlerts = suppress,
    };

    private static byte[] BytesOut(long id, long count) => Encoding.UTF8.GetBytes(
        "{\"header\":{\"report_id\":" + id + ",\"version\":\"1.0\"},\"metrics\":{\"network_stats\":{\"bytes_out\":" + count + "}}}");

    private string Write(string name, object content)
    {
        string path = Path.Combine(_directory, name);
        File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(content));
        return path;
    }
}
