using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Storage.Sqlite;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt;
using Defender.Mqtt.Client;
using Xunit;

namespace Defender.Gateway.Tests.Ingest;

/// <summary>R19: which names in a report topic are things, and that the others leave nothing behind but a log line.</summary>
public sealed class ThingNamesTests
{
    public static TheoryData<string, string> Refused => new()
    {
        { "", "empty" },
        { "pump\u0001", "control character" },
        { "pump\n2026-01-01T00:00:00.000Z in-alarm thing=forged", "control character" },
        { "pump\u007F", "control character" },
        { "pump\u0085", "control character" },
        { "pump\u009F", "control character" },
        { new string('a', 129), "129 bytes" },
        { new string('ä', 65), "130 bytes" },
        { new string('a', 5000), "5000 bytes" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_refused_name_is_rejected_and_logged_and_never_judged(string thing, string reason)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        await using MqttClient device = await gateway.ConnectAsync("device");
        await device.SubscribeAsync("$aws/things/+/defender/metrics/json/rejected", MqttQoS.AtLeastOnce, CancellationToken.None);

        await device.ReportAsync(thing, Reports.Listening(1, 2323));
        (string kind, byte[] document) = await device.NextAsync();
        await device.ReportAsync("pump-17", Reports.Listening(2, 2323));

        Assert.Equal("rejected", kind);
        Assert.Contains("R19", System.Text.Encoding.UTF8.GetString(document), StringComparison.Ordinal);
        string logged = await gateway.Log.WaitForAsync("rejected: InvalidPayload: R19", reason);
        Assert.True(logged.Length < 1200, "a long name fills the log");
        Assert.DoesNotContain(logged, char.IsControl);

        // The next report is judged as ever, and nothing else was.
        await gateway.Output.WaitForAsync("no-telnet-2323");
        Assert.All(gateway.Output.Lines, line => Assert.Contains(" thing=pump-17 ", line, StringComparison.Ordinal));
        using SqliteStore store = SqliteStore.OpenForReading(gateway.Directory);
        Assert.Null(store.ReadThingState(thing));
        Assert.Equal(["pump-17"], store.ListThingsInAlarm());
    }

    [Theory]
    [InlineData("pump 17")]
    [InlineData("Pumpe-äöü-🙂")]
    [InlineData("$aws")]
    [InlineData("\"quoted\"")]
    public async Task Any_other_name_of_128_bytes_is_a_thing(string thing)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        await using MqttClient device = await gateway.ConnectAsync("device");
        await device.ListenForAnswersAsync(thing);

        await device.ReportAsync(thing, Reports.Listening(1, 2323));
        System.Text.Json.JsonElement answer = await device.NextJsonAsync();

        Assert.Equal((thing, "ACCEPTED"), (answer.GetProperty("thingName").GetString(), answer.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task A_name_too_long_for_its_answer_topic_is_only_logged_and_harms_no_subscriber()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        await using MqttClient listener = await gateway.ConnectAsync("listener");
        await listener.SubscribeAsync("$aws/things/+/defender/metrics/json/+", MqttQoS.AtMostOnce, CancellationToken.None);
        await using MqttClient device = await gateway.ConnectAsync("device");
        string thing = new('a', 65_535 - Reports.Topic("").Length);

        await device.ReportAsync(thing, Reports.Listening(1));
        await gateway.Log.WaitForAsync("R19", "65501 bytes");
        await device.ReportAsync("pump-17", Reports.Listening(2));

        Assert.Equal("pump-17", (await listener.NextJsonAsync()).GetProperty("thingName").GetString());
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains("failed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rejected_reports_do_not_hide_a_refused_name_from_the_log()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        await using MqttClient device = await gateway.ConnectAsync("device");
        for (int i = 0; i <= LogBudget.LinesPerInterval; i++)
            await device.ReportAsync("pump-17", [(byte)'x']);

        await device.ReportAsync("pump\u0001", Reports.Listening(1));

        await gateway.Log.WaitForAsync("R19", @"pump\u0001");
        Assert.Equal(LogBudget.LinesPerInterval, gateway.Log.Lines.Count(line => line.Contains("thing pump-17 rejected", StringComparison.Ordinal)));
    }
}
