using System;
using System.Threading.Tasks;
using Defender.Gateway.Mqtt;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt;
using Defender.Mqtt.Packets;
using Xunit;

namespace Defender.Gateway.Tests.Mqtt;

/// <summary>QoS 2, which only the specification's way has: once in both directions, whatever is lost on the way (MQTT-4.3.3).</summary>
public sealed class ExactlyOnceTests : IAsyncLifetime
{
    private static readonly SubscriptionOptions ExactlyOnce = new(MqttQoS.ExactlyOnce);

    private TestGateway _gateway = null!;

    public async Task InitializeAsync() => _gateway = await TestGateway.StartAsync(options => options with { MqttMode = MqttMode.Spec });

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public async Task Both_directions_go_through_all_four_packets(MqttVersion version)
    {
        using PacketPeer publisher = await PacketPeer.ConnectAsync(_gateway, "publisher", version), subscriber = await PacketPeer.ConnectAsync(_gateway, "subscriber", version);
        Assert.Equal(MqttReasonCode.GrantedQoS2, await subscriber.SubscribeAsync("a/b", ExactlyOnce));

        await publisher.PublishAsync("a/b", "once", MqttQoS.ExactlyOnce, 9);
        await ExpectAsync(publisher, MqttPacketType.PubRec, 9);
        await publisher.AcknowledgeAsync(MqttPacketType.PubRel, 9);
        await ExpectAsync(publisher, MqttPacketType.PubComp, 9);

        PacketPeer.Received message = await subscriber.ReadPublishAsync();
        Assert.Equal(("once", MqttQoS.ExactlyOnce, false), (message.Text, message.QoS, message.Dup));
        await subscriber.AcknowledgeAsync(MqttPacketType.PubRec, message.PacketId);
        await ExpectAsync(subscriber, MqttPacketType.PubRel, message.PacketId);
        await subscriber.AcknowledgeAsync(MqttPacketType.PubComp, message.PacketId);
        await subscriber.NothingCameAsync();
        Assert.Equal(0, _gateway.Host.Find<MqttEndpoint>().Find("subscriber")!.Session!.Deliveries.Unacknowledged);
    }

    [Fact]
    public async Task A_repeated_PUBLISH_is_delivered_once_until_it_is_released()
    {
        using PacketPeer publisher = await PacketPeer.ConnectAsync(_gateway, "publisher"), subscriber = await PacketPeer.ConnectAsync(_gateway, "subscriber");
        await subscriber.SubscribeAsync("a/b", new SubscriptionOptions(MqttQoS.AtMostOnce));

        for (int i = 0; i < 3; i++)
        {
            await publisher.PublishAsync("a/b", "once", MqttQoS.ExactlyOnce, 9, dup: i > 0);
            await ExpectAsync(publisher, MqttPacketType.PubRec, 9);
        }

        Assert.Equal("once", (await subscriber.ReadPublishAsync()).Text);
        await subscriber.NothingCameAsync();
        await publisher.AcknowledgeAsync(MqttPacketType.PubRel, 9);
        await ExpectAsync(publisher, MqttPacketType.PubComp, 9);

        // The identifier is free again: what comes with it now is another message.
        await publisher.PublishAsync("a/b", "another", MqttQoS.ExactlyOnce, 9);
        await ExpectAsync(publisher, MqttPacketType.PubRec, 9);
        Assert.Equal("another", (await subscriber.ReadPublishAsync()).Text);
    }

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public async Task Packets_of_an_exchange_that_nobody_knows_are_answered(MqttVersion version)
    {
        using PacketPeer peer = await PacketPeer.ConnectAsync(_gateway, "peer", version);
        MqttReasonCode unknown = version == MqttVersion.V5 ? MqttReasonCode.PacketIdentifierNotFound : MqttReasonCode.Success;

        await peer.AcknowledgeAsync(MqttPacketType.PubRel, 5);
        await ExpectAsync(peer, MqttPacketType.PubComp, 5, unknown);
        await peer.AcknowledgeAsync(MqttPacketType.PubRec, 6);
        await ExpectAsync(peer, MqttPacketType.PubRel, 6, unknown);
        await peer.AcknowledgeAsync(MqttPacketType.PubComp, 6);
        await peer.AcknowledgeAsync(MqttPacketType.PubAck, 7);

        await peer.NothingCameAsync();
    }

    [Fact]
    public async Task A_PUBREC_that_refuses_ends_the_exchange()
    {
        using PacketPeer peer = await PacketPeer.ConnectAsync(_gateway, "peer");
        await peer.SubscribeAsync("a/b", ExactlyOnce);
        await peer.PublishAsync("a/b", "x", MqttQoS.ExactlyOnce, 9);
        PacketPeer.Received message = await peer.ReadPublishAsync();
        await ExpectAsync(peer, MqttPacketType.PubRec, 9);

        await peer.SendAsync(output => MqttWriter.WritePubRec(output, message.PacketId, MqttReasonCode.QuotaExceeded));

        await peer.NothingCameAsync();
        Assert.Equal(0, _gateway.Host.Find<MqttEndpoint>().Find("peer")!.Session!.Deliveries.Unacknowledged);
    }

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public async Task A_publisher_that_was_cut_off_goes_on_in_each_phase(MqttVersion version)
    {
        using PacketPeer subscriber = await PacketPeer.ConnectAsync(_gateway, "subscriber", version);
        await subscriber.SubscribeAsync("a/b", ExactlyOnce);
        using (PacketPeer first = await ComeAsync("publisher", version))
        {
            await first.PublishAsync("a/b", "once", MqttQoS.ExactlyOnce, 9);
            await ExpectAsync(first, MqttPacketType.PubRec, 9);
        }

        // Its PUBREC was lost: PUBLISH comes again.
        using (PacketPeer second = await ComeAsync("publisher", version))
        {
            Assert.True(second.ConnAck.IsSessionPresent);
            await second.PublishAsync("a/b", "once", MqttQoS.ExactlyOnce, 9, dup: true);
            await ExpectAsync(second, MqttPacketType.PubRec, 9);
            await second.AcknowledgeAsync(MqttPacketType.PubRel, 9);
            await ExpectAsync(second, MqttPacketType.PubComp, 9);
        }

        // Its PUBCOMP was lost: PUBREL comes again.
        using PacketPeer third = await ComeAsync("publisher", version);
        await third.AcknowledgeAsync(MqttPacketType.PubRel, 9);
        Assert.Equal(MqttPacketType.PubComp, (await third.ReadAsync()).Type);

        Assert.Equal("once", (await subscriber.ReadPublishAsync()).Text);
        await subscriber.NothingCameAsync();
    }

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public async Task A_subscriber_that_was_cut_off_goes_on_in_each_phase(MqttVersion version)
    {
        using PacketPeer publisher = await PacketPeer.ConnectAsync(_gateway, "publisher", version);
        ushort id;
        using (PacketPeer first = await ComeAsync("subscriber", version))
        {
            await first.SubscribeAsync("a/b", ExactlyOnce);
            await publisher.PublishAsync("a/b", "once", MqttQoS.ExactlyOnce, 9);
            id = (await first.ReadPublishAsync()).PacketId;
        }

        // Before its PUBREC: PUBLISH comes again, under the same identifier.
        using (PacketPeer second = await ComeAsync("subscriber", version))
        {
            PacketPeer.Received again = await second.ReadPublishAsync();
            Assert.Equal((id, true, "once"), (again.PacketId, again.Dup, again.Text));
            await second.AcknowledgeAsync(MqttPacketType.PubRec, id);
            await ExpectAsync(second, MqttPacketType.PubRel, id);
        }

        // Before its PUBCOMP: PUBREL comes again, and no PUBLISH.
        using (PacketPeer third = await ComeAsync("subscriber", version))
        {
            await ExpectAsync(third, MqttPacketType.PubRel, id);
            await third.AcknowledgeAsync(MqttPacketType.PubComp, id);
            await third.NothingCameAsync();
        }

        using PacketPeer last = await ComeAsync("subscriber", version);
        await last.NothingCameAsync();
        Assert.Equal(0, _gateway.Host.Find<MqttEndpoint>().MessageBytes);
    }

    [Fact]
    public async Task A_report_is_judged_once_also_when_its_PUBREC_was_lost()
    {
        using PacketPeer watcher = await PacketPeer.ConnectAsync(_gateway, "operator");
        await watcher.SubscribeAsync($"{Reports.Topic("pump-17")}/+", new SubscriptionOptions(MqttQoS.AtLeastOnce));
        string report = System.Text.Encoding.UTF8.GetString(Reports.Listening(1, 2323));
        using (PacketPeer first = await ComeAsync("pump-17", MqttVersion.V311))
        {
            await first.PublishAsync(Reports.Topic("pump-17"), report, MqttQoS.ExactlyOnce, 9);
            await ExpectAsync(first, MqttPacketType.PubRec, 9);
        }

        using PacketPeer second = await ComeAsync("pump-17", MqttVersion.V311);
        await second.PublishAsync(Reports.Topic("pump-17"), report, MqttQoS.ExactlyOnce, 9, dup: true);
        await ExpectAsync(second, MqttPacketType.PubRec, 9);
        await second.AcknowledgeAsync(MqttPacketType.PubRel, 9);
        await ExpectAsync(second, MqttPacketType.PubComp, 9);

        Assert.EndsWith("/accepted", (await watcher.ReadPublishAsync()).Topic, StringComparison.Ordinal);
        await watcher.NothingCameAsync();
    }

    private static async Task ExpectAsync(PacketPeer peer, MqttPacketType type, ushort id, MqttReasonCode code = MqttReasonCode.Success)
    {
        PacketPeer.Received packet = await peer.ReadAsync();
        Assert.Equal((type, id, code), (packet.Type, (ushort)((packet.Body[0] << 8) | packet.Body[1]), packet.Code));
    }

    private Task<PacketPeer> ComeAsync(string clientId, MqttVersion version) => PacketPeer.ConnectAsync(
        _gateway,
        clientId,
        version,
        cleanStart: false,
        version == MqttVersion.V5 ? (ref MqttPropertyWriter own) => own.Add(MqttPropertyId.SessionExpiryInterval, 1000) : null);
}
