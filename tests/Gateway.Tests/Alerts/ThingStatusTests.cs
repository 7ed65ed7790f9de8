using System;
using System.Threading.Tasks;
using Defender.Gateway.Alerts;
using Defender.Gateway.Storage;
using Defender.Gateway.Tests.Export;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt;
using Defender.Mqtt.Client;
using Defender.Mqtt.Packets;
using Xunit;

namespace Defender.Gateway.Tests.Alerts;

/// <summary>What a thing hears of its own alarms.</summary>
public sealed class ThingStatusTests
{
    private const string Topic = "defender/things/pump-17/status";

    [Fact]
    public async Task A_thing_hears_that_it_is_in_alarm_and_that_it_is_not_any_more()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using PacketPeer device = await PacketPeer.ConnectAsync(gateway, "listener");
        await device.SubscribeAsync(Topic, new SubscriptionOptions(MqttQoS.AtLeastOnce));
        await using MqttClient reporter = await gateway.ConnectAsync("pump-17");

        await reporter.ReportAsync("pump-17", Reports.Listening(1));
        await device.NothingCameAsync();
        await reporter.ReportAsync("pump-17", Reports.Listening(2, 2323));
        Assert.Equal("""{"status":"in-alarm"}""", (await device.ReadPublishAsync()).Text);
        await reporter.ReportAsync("pump-17", Reports.Listening(3));
        Assert.Equal("""{"status":"ok"}""", (await device.ReadPublishAsync()).Text);
        await device.NothingCameAsync();
    }

    [Fact]
    public async Task Who_subscribes_later_hears_it_too_and_after_a_restart_of_the_gateway()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        await using (MqttClient reporter = await gateway.ConnectAsync("pump-17"))
            await reporter.ReportAsync("pump-17", Reports.Listening(1, 2323));
        Assert.Equal("""{"status":"in-alarm"}""", await RetainedAsync(gateway));
        await gateway.Host.DisposeAsync();

        await using TestGateway again = await TestGateway.StartAsync(directory: gateway.Directory);
        Assert.Equal("""{"status":"in-alarm"}""", await RetainedAsync(again));
    }

    [Fact]
    public void Of_several_states_in_a_batch_the_last_one_counts_and_clients_that_are_no_things_are_told_nothing()
    {
        var publisher = new RecordingPublisher();
        var changes = new StoreBatch();
        foreach (string name in new[] { "pump-17", "a/b", "#", "pump-17" })
        {
            changes.ViolationEvents.Add(new StoredViolationEvent(
                "v", name, "p", "b", "STATIC", IsSuppressed: false, StoredViolationEvent.InAlarm, DateTimeOffset.UnixEpoch, []));
            changes.ThingStates.Add(new ThingStateRow(name, default, InAlarm: changes.ThingStates.Count == 0, DateTimeOffset.UnixEpoch));
        }

        changes.ThingStates.Add(new ThingStateRow("quiet", default, InAlarm: true, DateTimeOffset.UnixEpoch));
        new ThingStatusTopic(publisher, store: null!).Stored(changes);

        (string topic, byte[] payload, MqttQoS qos) = Assert.Single(publisher.Published);
        Assert.Equal((Topic, """{"status":"ok"}""", MqttQoS.AtLeastOnce), (topic, System.Text.Encoding.UTF8.GetString(payload), qos));
    }

    private static async Task<string> RetainedAsync(TestGateway gateway)
    {
        using PacketPeer device = await PacketPeer.ConnectAsync(gateway, "listener");
        await device.SubscribeAsync(Topic, new SubscriptionOptions(MqttQoS.AtLeastOnce));
        return (await device.ReadPublishAsync()).Text;
    }
}
