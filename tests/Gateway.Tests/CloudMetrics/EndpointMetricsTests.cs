using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Text.Json;
using System.Threading.Tasks;
using Defender.Gateway.CloudMetrics;
using Defender.Gateway.Control;
using Defender.Gateway.Storage;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt;
using Defender.Mqtt.Packets;
using Xunit;

namespace Defender.Gateway.Tests.CloudMetrics;

/// <summary>From real connections to alarms: what clients do at the endpoint is judged at the end of the period.</summary>
public sealed class EndpointMetricsTests : IDisposable
{
    private static readonly (string Behavior, object Criteria)[] Behaviors =
    [
        ("aws:num-connection-attempts", AtMost(4)),
        ("aws:num-disconnects", AtMost(1)),
        ("aws:num-authorization-failures", AtMost(3)),
        ("aws:num-messages-sent", AtMost(4)),
        ("aws:num-messages-received", AtMost(4)),
        ("aws:message-byte-size", new { comparisonOperator = "less-than-equals", value = new { count = 1000 }, consecutiveDatapointsToAlarm = 1, consecutiveDatapointsToClear = 1 }),
        ("aws:source-ip-address", new { comparisonOperator = "in-cidr-set", value = new { cidrs = (string[])["127.0.0.2/32"] }, consecutiveDatapointsToAlarm = 1, consecutiveDatapointsToClear = 1 }),
    ];

    private readonly string _profile = Path.GetTempFileName();

    public EndpointMetricsTests() => File.WriteAllText(_profile, JsonSerializer.Serialize(new
    {
        securityProfileName = "cloud",
        behaviors = Behaviors.Select(behavior => new { name = behavior.Behavior[4..], metric = behavior.Behavior, criteria = behavior.Criteria }),
    }));

    public void Dispose() => File.Delete(_profile);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Everything_that_is_counted_alarms_at_its_limit_and_clears_in_the_next_period(bool isRegistered)
    {
        await using PolicyGateway gateway = await PolicyGateway.StartAsync(
            options => options with { ProfileFiles = [_profile] },
            ("stranger", ["Connect client/stranger"]),
            ("device", ["Connect client/pump-17", "Publish topic/ok", "Subscribe topicfilter/ok", "Receive topic/ok"]));
        if (isRegistered)
            gateway.Gateway.Host.Find<ControlPlane>().Change(draft => Things.Create(draft, "pump-17", thingTypeName: null, given: null, billingGroupName: null));

        await MisbehaveAsync(gateway);
        gateway.Clock.Advance(CloudPeriods.DefaultLength);
        await EventsAsync(gateway, StoredViolationEvent.InAlarm);

        using (RawPeer calm = await RawPeer.OpenAsync(gateway.Gateway.Host.MqttPort, from: IPAddress.Parse("127.0.0.2")))
        {
            await calm.ConnectAsync("pump-17");
            await calm.SendAsync(RawPeer.Publish("ok", new byte[10], packetId: 1));
            await calm.ReadAsync(4);
            gateway.Clock.Advance(CloudPeriods.DefaultLength);
            await EventsAsync(gateway, "alarm-cleared");
        }
    }

    // One over each limit: five attempts, two ends, four failures, five messages out and in, one of them long.
    private static async Task MisbehaveAsync(PolicyGateway gateway)
    {
        for (int i = 0; i < 3; i++)
        {
            using PacketPeer refused = await gateway.ConnectAsync("stranger", clientId: "pump-17");
            Assert.Equal(MqttReasonCode.NotAuthorized, refused.ConnAck.Code);
        }

        // Whoever is not known at all raises nobody's alarms.
        for (int i = 0; i < 5; i++)
        {
            using PacketPeer unknown = await PacketPeer.ConnectAsync(gateway.Gateway, "pump-18", userName: "nobody");
            Assert.Equal(MqttReasonCode.BadUserNameOrPassword, unknown.ConnAck.Code);
        }

        using PacketPeer first = await gateway.ConnectAsync("device", clientId: "pump-17");
        using PacketPeer second = await gateway.ConnectAsync("device", clientId: "pump-17");
        Assert.Equal(MqttReasonCode.SessionTakenOver, await first.ReadFarewellAsync());
        await second.SubscribeAsync("ok", new SubscriptionOptions(MqttQoS.AtMostOnce));
        for (int i = 0; i < 5; i++)
        {
            await second.PublishAsync("ok", new string('x', i == 3 ? 1001 : 10));
            await second.ReadPublishAsync();
        }

        Assert.Equal(MqttReasonCode.NotAuthorized, (await second.PublishAckedAsync("secret", "x")).Code);
        await second.DisconnectAsync();
        await Eventually.TrueAsync(() => gateway.Endpoint.Gauges.Clients == 0, "the client is gone");
    }

    private static async Task EventsAsync(PolicyGateway gateway, string type)
    {
        string[] expected = [.. Behaviors.Select(behavior => behavior.Behavior[4..]).Order(StringComparer.Ordinal)];
        string[] found = [];
        try
        {
            await Eventually.TrueAsync(() => (found = Find()).Length >= expected.Length, $"{expected.Length} events {type}");
        }
        finally
        {
            Assert.Equal(expected, found);
        }

        string[] Find() =>
        [
            .. gateway.Gateway.Host.Find<IStore>().NewestEvents(100)
                .Where(row => row.Type == type)
                .Select(row => row.BehaviorName)
                .Order(StringComparer.Ordinal),
        ];
    }

    private static object AtMost(long count) => new
    {
        comparisonOperator = "less-than-equals",
        value = new { count },
        durationSeconds = 300,
        consecutiveDatapointsToAlarm = 1,
        consecutiveDatapointsToClear = 1,
    };
}
