using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Defender.Gateway.Mqtt;
using Defender.Gateway.Mqtt.Sessions;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt;
using Defender.Mqtt.Packets;
using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests.Mqtt;

/// <summary>What clients make the endpoint keep: all of it counts, and gives way.</summary>
public sealed class EndpointMemoryTests
{
    private static readonly SubscriptionOptions AtLeastOnce = new(MqttQoS.AtLeastOnce);

    [Fact]
    public async Task Expired_retained_messages_make_room()
    {
        var clock = new ManualTime();
        await using TestGateway gateway = await TestGateway.StartAsync(
            options => options with { MqttLimits = TestGateway.Hurried with { MaxRetained = 1 } }, clock);
        using PacketPeer peer = await PacketPeer.ConnectAsync(gateway, "peer");
        await peer.PublishAckedAsync("state/a", "short", retain: true, (ref MqttPropertyWriter own) => own.Add(MqttPropertyId.MessageExpiryInterval, 10));

        clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(MqttReasonCode.Success, (await peer.PublishAckedAsync("state/b", "next", retain: true)).Code);
        Assert.Equal(MqttReasonCode.QuotaExceeded, (await peer.PublishAckedAsync("state/c", "too many", retain: true)).Code);
    }

    [Fact]
    public async Task Retained_messages_leave_half_of_the_budget_to_those_on_their_way()
    {
        const int budget = 1 << 20;
        await using TestGateway gateway = await TestGateway.StartAsync(
            options => options with { MqttLimits = TestGateway.Hurried with { MemoryBudgetBytes = budget } });
        using PacketPeer peer = await PacketPeer.ConnectAsync(gateway, "peer");
        int kept = 0;
        while (kept < 20 && (await peer.PublishAckedAsync($"state/{kept}", new string('x', 100_000), retain: true)).Code == MqttReasonCode.Success)
            kept++;

        Assert.Equal(5, kept);
        Assert.InRange(gateway.Host.Find<MqttEndpoint>().Budget.Used, 500_000, budget / 2);
    }

    [Fact]
    public void A_budget_is_spent_before_its_last_byte()
    {
        var budget = new MemoryBudget(1000);
        Assert.True(budget.TryTake(900));
        Assert.False(budget.IsExhausted);
        Assert.True(budget.TryTake(60));

        Assert.False(budget.TryTake(100));
        Assert.True(budget.IsExhausted);
    }

    [Fact]
    public async Task Subscriptions_count_until_they_end()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        MemoryBudget budget = gateway.Host.Find<MqttEndpoint>().Budget;
        using (PacketPeer peer = await PacketPeer.ConnectAsync(gateway, "peer"))
        {
            await peer.SubscribeAsync("a/b/c", AtLeastOnce);
            long one = budget.Used;
            Assert.InRange(one, 100, 10_000);
            await peer.SubscribeAsync("a/b/c", new SubscriptionOptions(MqttQoS.AtMostOnce));
            Assert.Equal(one, budget.Used);
            await peer.SubscribeAsync("$share/g/a/b/d", AtLeastOnce);
            Assert.True(budget.Used > one);
            await peer.SendAsync(output => MqttWriter.WriteUnsubscribe(output, 6, default(MqttProperties), "$share/g/a/b/d"));
            await peer.ReadAsync();
            Assert.Equal(one, budget.Used);
            await peer.DisconnectAsync();
        }

        await Eventually.TrueAsync(() => budget.Used == 0, "all is given back");
    }

    [Fact]
    public async Task Wills_count_while_their_clients_stay_and_the_newest_is_shed()
    {
        const int size = 10_000;
        await using TestGateway gateway = await TestGateway.StartAsync(
            options => options with { MqttLimits = TestGateway.Hurried with { MemoryBudgetBytes = 4 * size } });
        MemoryBudget budget = gateway.Host.Find<MqttEndpoint>().Budget;
        var clients = new List<PacketPeer>();
        int taken = 0;
        for (; taken < 10; taken++)
        {
            clients.Add(await PacketPeer.ConnectAsync(gateway, $"client-{taken}", will: ("wills", new string('x', size))));
            if (clients[^1].ConnAck.Code != MqttReasonCode.Success)
                break;
        }

        Assert.Equal(3, taken);
        Assert.Equal(MqttReasonCode.QuotaExceeded, clients[^1].ConnAck.Code);
        Assert.InRange(budget.Used, 3 * size, 4 * size);

        await clients[0].DisconnectAsync();
        clients[1].Dispose();
        await Eventually.TrueAsync(() => budget.Used is > size and < 2 * size, "those that left give theirs back, published or not");
        using PacketPeer next = await PacketPeer.ConnectAsync(gateway, "next", will: ("wills", new string('x', size)));
        Assert.Equal(MqttReasonCode.Success, next.ConnAck.Code);
        using PacketPeer again = await PacketPeer.ConnectAsync(gateway, "next", will: ("wills", new string('x', size)));
        Assert.Equal(MqttReasonCode.Success, again.ConnAck.Code);
        clients.ForEach(client => client.Dispose());
        next.Dispose();
        await again.DisconnectAsync();
        await Eventually.TrueAsync(() => budget.Used == 0, "all is given back");
    }
}
