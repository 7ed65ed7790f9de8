using System;
using System.Threading.Tasks;
using Defender.Gateway.Mqtt;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt;
using Defender.Mqtt.Packets;
using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests.Mqtt;

/// <summary>Sessions that outlive their connections: what waits for a client, for how long, and how much.</summary>
public sealed class PersistentSessionTests
{
    private readonly ManualTime _clock = new();

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public async Task Messages_of_QoS_1_wait_for_a_client_that_is_away(MqttVersion version)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using PacketPeer publisher = await PacketPeer.ConnectAsync(gateway, "publisher");
        using (PacketPeer first = await ComeAsync(gateway, version))
        {
            Assert.False(first.ConnAck.IsSessionPresent);
            await first.SubscribeAsync("a/b", new SubscriptionOptions(MqttQoS.AtLeastOnce));
            await first.DisconnectAsync();
        }

        await publisher.PublishAckedAsync("a/b", "one");
        await publisher.PublishAckedAsync("a/b", "two");
        await publisher.PublishAsync("a/b", "lost at QoS 0");
        await publisher.NothingCameAsync();

        using PacketPeer second = await ComeAsync(gateway, version);
        Assert.True(second.ConnAck.IsSessionPresent);
        Assert.Equal(["one", "two"], [(await second.ReadPublishAsync()).Text, (await second.ReadPublishAsync()).Text]);
        await second.NothingCameAsync();
    }

    [Fact]
    public async Task A_clean_start_forgets_what_the_session_held()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using PacketPeer publisher = await PacketPeer.ConnectAsync(gateway, "publisher");
        using (PacketPeer first = await ComeAsync(gateway))
        {
            await first.SubscribeAsync("a/b", new SubscriptionOptions(MqttQoS.AtLeastOnce));
            await first.DisconnectAsync();
        }

        await publisher.PublishAckedAsync("a/b", "one");
        using PacketPeer clean = await PacketPeer.ConnectAsync(gateway, "pump-17", cleanStart: true);
        Assert.False(clean.ConnAck.IsSessionPresent);
        await publisher.PublishAckedAsync("a/b", "two");

        await clean.NothingCameAsync();
    }

    [Theory]
    [InlineData(MqttVersion.V311, 3599, true)]
    [InlineData(MqttVersion.V311, 3601, false)]
    [InlineData(MqttVersion.V5, 99, true)]
    [InlineData(MqttVersion.V5, 101, false)]
    public async Task A_session_expires(MqttVersion version, int secondsAway, bool isPresent)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(clock: _clock);
        using (PacketPeer first = await ComeAsync(gateway, version))
            await first.DisconnectAsync();
        MqttEndpoint endpoint = gateway.Host.Find<MqttEndpoint>();
        await Eventually.TrueAsync(() => endpoint.Absent == 1, "the client is away");

        _clock.Advance(TimeSpan.FromSeconds(secondsAway));

        using PacketPeer second = await ComeAsync(gateway, version);
        Assert.Equal(isPresent, second.ConnAck.IsSessionPresent);
    }

    [Fact]
    public async Task What_was_not_acknowledged_comes_again_and_only_the_specification_s_way_marks_it()
    {
        foreach (MqttMode mode in new[] { MqttMode.Aws, MqttMode.Spec })
        {
            await using TestGateway gateway = await TestGateway.StartAsync(options => options with { MqttMode = mode });
            using PacketPeer publisher = await PacketPeer.ConnectAsync(gateway, "publisher");
            ushort packetId;
            using (PacketPeer first = await ComeAsync(gateway))
            {
                await first.SubscribeAsync("a/b", new SubscriptionOptions(MqttQoS.AtLeastOnce));
                await publisher.PublishAckedAsync("a/b", "one");
                await publisher.PublishAckedAsync("a/b", "two");
                packetId = (await first.ReadPublishAsync()).PacketId;
                await first.ReadPublishAsync();
            }

            using PacketPeer second = await ComeAsync(gateway);
            PacketPeer.Received again = await second.ReadPublishAsync();
            Assert.Equal(("one", packetId, mode == MqttMode.Spec), (again.Text, again.PacketId, again.Dup));
            Assert.Equal("two", (await second.ReadPublishAsync()).Text);
        }
    }

    [Fact]
    public async Task No_more_than_the_limit_waits_and_the_oldest_stay()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(
            options => options with { MqttLimits = TestGateway.Hurried with { MaxQueuedMessages = 3 } });
        using PacketPeer publisher = await PacketPeer.ConnectAsync(gateway, "publisher");
        using (PacketPeer first = await ComeAsync(gateway))
        {
            await first.SubscribeAsync("a/b", new SubscriptionOptions(MqttQoS.AtLeastOnce));
            await first.DisconnectAsync();
        }

        for (int i = 0; i < 5; i++)
            await publisher.PublishAckedAsync("a/b", $"{i}");

        using PacketPeer second = await ComeAsync(gateway);
        for (int i = 0; i < 3; i++)
            Assert.Equal($"{i}", (await second.ReadPublishAsync()).Text);
        await second.NothingCameAsync();
    }

    [Fact]
    public async Task The_memory_budget_sheds_the_newest_and_refuses_new_clients_while_others_go_on()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(
            options => options with { MqttLimits = TestGateway.Hurried with { MemoryBudgetBytes = 10_000 } });
        MqttEndpoint endpoint = gateway.Host.Find<MqttEndpoint>();
        using PacketPeer publisher = await PacketPeer.ConnectAsync(gateway, "publisher");
        long subscription;
        using (PacketPeer first = await ComeAsync(gateway))
        {
            await first.SubscribeAsync("a/b", new SubscriptionOptions(MqttQoS.AtLeastOnce));
            subscription = endpoint.Budget.Used;
            await first.DisconnectAsync();
        }

        string payload = new('x', 2000);
        for (int i = 0; i < 8; i++)
            await publisher.PublishAckedAsync("a/b", payload);

        Assert.InRange(endpoint.Budget.Used, 8000, 10_000);
        using PacketPeer second = await ComeAsync(gateway);
        for (int i = 0; i < 4; i++)
        {
            PacketPeer.Received message = await second.ReadPublishAsync();
            await second.AcknowledgeAsync(MqttPacketType.PubAck, message.PacketId);
        }

        await second.NothingCameAsync();
        Assert.Equal(subscription, endpoint.Budget.Used);
    }

    [Fact]
    public async Task The_session_that_would_expire_first_makes_room_when_too_many_are_away()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(
            options => options with { MqttLimits = TestGateway.Hurried with { MaxOfflineSessions = 2 } });
        foreach ((string clientId, uint expiry) in new[] { ("long", 300u), ("short", 100u), ("middle", 200u) })
        {
            using PacketPeer peer = await PacketPeer.ConnectAsync(
                gateway, clientId, properties: (ref MqttPropertyWriter own) => own.Add(MqttPropertyId.SessionExpiryInterval, expiry));
            await peer.DisconnectAsync();
        }

        foreach ((string clientId, bool isPresent) in new[] { ("long", true), ("short", false), ("middle", true) })
        {
            using PacketPeer peer = await PacketPeer.ConnectAsync(gateway, clientId, cleanStart: false);
            Assert.Equal(isPresent, peer.ConnAck.IsSessionPresent);
        }
    }

    [Fact]
    public async Task DISCONNECT_of_MQTT_5_can_shorten_the_session_s_life_and_not_give_one_that_ends_another()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using (PacketPeer first = await ComeAsync(gateway))
        {
            await first.SendAsync(static output =>
            {
                var own = new MqttPropertyWriter(MqttPacketType.Disconnect, new byte[10]);
                own.Add(MqttPropertyId.SessionExpiryInterval, 0);
                MqttWriter.WriteDisconnect(output, MqttReasonCode.Success, own.Properties);
            });
            await first.ReadToCloseAsync();
        }

        using PacketPeer second = await PacketPeer.ConnectAsync(gateway, "pump-17", cleanStart: false);
        Assert.False(second.ConnAck.IsSessionPresent);
        await second.SendAsync(static output =>
        {
            var own = new MqttPropertyWriter(MqttPacketType.Disconnect, new byte[10]);
            own.Add(MqttPropertyId.SessionExpiryInterval, 10);
            MqttWriter.WriteDisconnect(output, MqttReasonCode.Success, own.Properties);
        });

        Assert.Equal(MqttReasonCode.ProtocolError, (await second.ReadAsync()).Code);
    }

    private static Task<PacketPeer> ComeAsync(TestGateway gateway, MqttVersion version = MqttVersion.V5) => PacketPeer.ConnectAsync(
        gateway,
        "pump-17",
        version,
        cleanStart: false,
        version == MqttVersion.V5 ? (ref MqttPropertyWriter own) => own.Add(MqttPropertyId.SessionExpiryInterval, 100) : null);
}
