using System;
using System.Collections.Generic;
using System.Text;
using System.Threading.Tasks;
using Defender.Gateway.Mqtt;
using Defender.Gateway.Mqtt.Connections;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt;
using Defender.Mqtt.Packets;
using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests.Mqtt;

/// <summary>
/// The edges of the limits. Elsewhere: filters of a SUBSCRIBE and the first packet in <see cref="GarbageTests"/>; subscriptions,
/// unacknowledged and pending bytes in <see cref="DeliveryTests"/>; queued messages, absent sessions and the memory budget in
/// <see cref="PersistentSessionTests"/>; retained ones in <see cref="RetainedTests"/>; times in <see cref="SessionTests"/> and
/// <see cref="FarewellTests"/>; what is announced in <see cref="V5ConnectTests"/>; the defaults in <see cref="LimitNamesTests"/>.
/// </summary>
public sealed class LimitTests
{
    private static readonly SubscriptionOptions AtLeastOnce = new(MqttQoS.AtLeastOnce);

    private readonly ManualTime _clock = new();

    [Theory]
    [InlineData("a", 256, MqttReasonCode.Success)]
    [InlineData("a", 257, MqttReasonCode.TopicNameInvalid)]
    [InlineData("/", 7, MqttReasonCode.Success)]
    [InlineData("/", 8, MqttReasonCode.TopicNameInvalid)]
    public async Task A_topic_has_a_longest_length_and_a_deepest_level(string unit, int count, MqttReasonCode code)
    {
        await using TestGateway gateway = await StartAsync(limits => limits);
        using PacketPeer peer = await PacketPeer.ConnectAsync(gateway, "peer");
        string topic = new StringBuilder().Insert(0, unit, count).ToString();

        Assert.Equal(code, (await peer.PublishAckedAsync(topic, "x")).Code);
        Assert.Equal(
            code == MqttReasonCode.Success ? MqttReasonCode.GrantedQoS1 : MqttReasonCode.TopicFilterInvalid, await peer.SubscribeAsync(topic, AtLeastOnce));
    }

    [Fact]
    public async Task A_report_s_topic_may_be_longer_than_topics_are()
    {
        await using TestGateway gateway = await StartAsync(limits => limits with { MaxTopicBytes = 64 });
        string thing = new('p', 60);
        using PacketPeer device = await PacketPeer.ConnectAsync(gateway, thing), watcher = await PacketPeer.ConnectAsync(gateway, "watcher");
        await watcher.SubscribeAsync("$aws/things/+/defender/metrics/json/+", AtLeastOnce);

        await device.PublishAckedAsync(Reports.Topic(thing), Encoding.UTF8.GetString(Reports.Listening(1, 2323)));

        Assert.Equal($"{Reports.Topic(thing)}/accepted", (await watcher.ReadPublishAsync()).Topic);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public async Task A_payload_has_a_longest_length_and_so_has_a_will_s(int over, bool isRefused)
    {
        await using TestGateway gateway = await StartAsync(limits => limits with { MaxPayloadBytes = 1024 });
        string payload = new('x', 1024 + over);
        using PacketPeer mortal = await PacketPeer.ConnectAsync(gateway, "mortal", will: ("will", payload));
        using PacketPeer peer = await PacketPeer.ConnectAsync(gateway, "peer");

        Assert.Equal(isRefused, mortal.ConnAck.Code != MqttReasonCode.Success);
        await peer.PublishAsync("a", payload, MqttQoS.AtLeastOnce, 9);
        if (isRefused)
            Assert.Equal(MqttReasonCode.PacketTooLarge, await peer.ReadFarewellAsync());
        else
            Assert.Equal(MqttPacketType.PubAck, (await peer.ReadAsync()).Type);
    }

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public async Task A_client_identifier_has_a_longest_length(int length, bool isTaken)
    {
        await using TestGateway gateway = await StartAsync(limits => limits);

        using PacketPeer peer = await PacketPeer.ConnectAsync(gateway, new string('a', length));

        Assert.Equal(isTaken ? MqttReasonCode.Success : MqttReasonCode.ClientIdentifierNotValid, peer.ConnAck.Code);
    }

    [Fact]
    public async Task Bytes_that_wait_for_an_absent_client_are_bounded()
    {
        await using TestGateway gateway = await StartAsync(limits => limits with { MaxQueuedBytes = 5000 });
        using PacketPeer publisher = await PacketPeer.ConnectAsync(gateway, "publisher");
        using (PacketPeer subscriber = await PacketPeer.ConnectAsync(gateway, "away", MqttVersion.V311, cleanStart: false))
        {
            await subscriber.SubscribeAsync("a", AtLeastOnce);
            await subscriber.DisconnectAsync();
        }

        for (int i = 0; i < 10; i++)
            await publisher.PublishAckedAsync("a", new string('x', 1000));

        MqttGauges(gateway, out long messages, out long bytes);
        Assert.Equal(4, messages);
        Assert.InRange(bytes, 4000, 5000);
    }

    [Fact]
    public async Task Retained_messages_that_have_expired_make_room_for_others()
    {
        await using TestGateway gateway = await StartAsync(limits => limits with { MaxRetained = 2 });
        using PacketPeer peer = await PacketPeer.ConnectAsync(gateway, "peer");
        foreach (string topic in new[] { "a", "b" })
            await peer.PublishAckedAsync(topic, "x", retain: true, (ref MqttPropertyWriter own) => own.Add(MqttPropertyId.MessageExpiryInterval, 10));
        Assert.Equal(MqttReasonCode.QuotaExceeded, (await peer.PublishAckedAsync("c", "x", retain: true)).Code);

        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(MqttReasonCode.Success, (await peer.PublishAckedAsync("c", "x", retain: true)).Code);
        Assert.Equal(1, gateway.Host.Find<MqttEndpoint>().Retained);
    }

    [Theory]
    [InlineData("all")]
    [InlineData("address")]
    public async Task Connections_are_counted_before_CONNECT_and_one_that_ends_makes_room(string limit)
    {
        await using TestGateway gateway = await StartAsync(
            limits => limit == "all" ? limits with { MaxConnections = 2 } : limits with { MaxConnectionsOfAddress = 2 });
        using PacketPeer first = await PacketPeer.ConnectAsync(gateway, "first");
        using RawPeer second = await gateway.OpenAsync();
        await second.ConnectAsync("second");
        using (RawPeer third = await gateway.OpenAsync())
            Assert.Empty(await third.ReadToCloseAsync());

        await first.DisconnectAsync();

        await Eventually.TrueAsync(() => gateway.Host.Find<ConnectionAdmission>().TryEnter(System.Net.IPAddress.Loopback, out _), "there is room");
        gateway.Host.Find<ConnectionAdmission>().Leave(System.Net.IPAddress.Loopback);
        using PacketPeer fourth = await PacketPeer.ConnectAsync(gateway, "fourth");
        Assert.Equal(MqttReasonCode.Success, fourth.ConnAck.Code);
        await gateway.Log.WaitForAsync("closed: 2 ", "which is all there may be");
    }

    [Fact]
    public async Task An_address_connects_no_faster_than_its_rate()
    {
        await using TestGateway gateway = await StartAsync(limits => limits with { ConnectsPerSecondOfAddress = 3 });
        for (int i = 0; i < 3; i++)
        {
            using RawPeer peer = await gateway.OpenAsync();
            await peer.ConnectAsync($"client-{i}");
        }

        using (RawPeer fourth = await gateway.OpenAsync())
            Assert.Empty(await fourth.ReadToCloseAsync());
        _clock.Advance(TimeSpan.FromSeconds(0.4));

        using RawPeer fifth = await gateway.OpenAsync();
        await fifth.ConnectAsync("fifth");
    }

    [Fact]
    public async Task A_client_identifier_connects_no_faster_than_its_rate_takeovers_included()
    {
        await using TestGateway gateway = await StartAsync(limits => limits with { ConnectsPerSecondOfClient = 1 });
        List<PacketPeer> taken = [];
        for (int i = 0; i < 10; i++)
            taken.Add(await PacketPeer.ConnectAsync(gateway, "pump-17"));
        Assert.All(taken, peer => Assert.Equal(MqttReasonCode.Success, peer.ConnAck.Code));

        using PacketPeer refused = await PacketPeer.ConnectAsync(gateway, "pump-17"), other = await PacketPeer.ConnectAsync(gateway, "pump-18");
        Assert.Equal((MqttReasonCode.ConnectionRateExceeded, MqttReasonCode.Success), (refused.ConnAck.Code, other.ConnAck.Code));
        // Who is there stays: a refused takeover disturbs nobody.
        await taken[^1].NothingCameAsync();
        _clock.Advance(TimeSpan.FromSeconds(1));
        using PacketPeer again = await PacketPeer.ConnectAsync(gateway, "pump-17");
        Assert.Equal(MqttReasonCode.Success, again.ConnAck.Code);
        taken.ForEach(peer => peer.Dispose());
    }

    [Theory]
    [InlineData("messages")]
    [InlineData("bytes")]
    public async Task A_client_that_publishes_faster_than_its_rate_waits_and_loses_nothing(string rate)
    {
        await using TestGateway gateway = await StartAsync(limits => rate == "messages"
            ? limits with { PublishesPerSecond = 2 }
            : limits with { PublishBytesPerSecond = 2000 });
        using PacketPeer listener = await PacketPeer.ConnectAsync(gateway, "listener"), peer = await PacketPeer.ConnectAsync(gateway, "peer");
        await listener.SubscribeAsync("a", AtLeastOnce);
        Task paused = _clock.WhenTimerIsSetAsync(TimeSpan.FromSeconds(0.5));

        for (int i = 0; i < 4; i++)
            await peer.PublishAsync("a", new string('x', 1000));

        // The third is over the rate: it is delivered, and what comes behind it waits half a second.
        for (int i = 0; i < 3; i++)
            await listener.ReadPublishAsync();
        await paused;
        await listener.NothingCameAsync();
        _clock.Advance(TimeSpan.FromSeconds(0.5));

        await listener.ReadPublishAsync();
    }

    [Fact]
    public async Task Who_waits_for_its_rate_is_closed_at_once_when_it_is_to_be_closed()
    {
        await using TestGateway gateway = await StartAsync(limits => limits with { PublishesPerSecond = 1 });
        using PacketPeer first = await PacketPeer.ConnectAsync(gateway, "pump-17");
        Task paused = _clock.WhenTimerIsSetAsync(TimeSpan.FromSeconds(1));
        await first.PublishAsync("a", "x");
        await first.PublishAsync("a", "x");
        await paused;

        using PacketPeer second = await PacketPeer.ConnectAsync(gateway, "pump-17");

        Assert.Equal(MqttReasonCode.SessionTakenOver, await first.ReadFarewellAsync());
    }

    private static void MqttGauges(TestGateway gateway, out long messages, out long bytes)
    {
        var gauges = gateway.Host.Find<MqttEndpoint>().Gauges;
        (messages, bytes) = (gauges.QueuedMessages, gauges.QueuedBytes);
    }

    private Task<TestGateway> StartAsync(Func<MqttLimits, MqttLimits> change) =>
        TestGateway.StartAsync(options => options with { MqttLimits = change(TestGateway.Hurried) }, _clock);
}
