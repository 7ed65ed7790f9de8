using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Defender.Gateway.Mqtt;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt;
using Defender.Mqtt.Packets;
using Xunit;

namespace Defender.Gateway.Tests.Mqtt;

/// <summary>More retained messages for one SUBSCRIBE than may wait for a client.</summary>
public sealed class RetainedBacklogTests
{
    // Twenty-four times what may wait for a client, and more than the network takes over for one that does not read.
    private const int Count = 96;
    private const int Size = 128 * 1024 - 8;

    private static readonly SubscriptionOptions AtMostOnce = new(MqttQoS.AtMostOnce), AtLeastOnce = new(MqttQoS.AtLeastOnce), ExactlyOnce = new(MqttQoS.ExactlyOnce);

    [Theory]
    [InlineData(MqttQoS.AtMostOnce)]
    [InlineData(MqttQoS.AtLeastOnce)]
    [InlineData(MqttQoS.ExactlyOnce)]
    public async Task All_come_in_order_while_the_client_reads_as_it_likes(MqttQoS qos)
    {
        await using TestGateway gateway = await StartAsync();
        using PacketPeer late = await PacketPeer.ConnectAsync(gateway, "late");
        MqttEndpoint endpoint = gateway.Host.Find<MqttEndpoint>();
        long retained = endpoint.Budget.Used;
        Assert.Equal((byte)qos, (byte)await late.SubscribeAsync("state/#", new SubscriptionOptions(qos)));

        for (int i = 0; i < Count; i++)
        {
            PacketPeer.Received message = await late.ReadPublishAsync();
            Assert.Equal(($"state/{i:D3}", qos, true, Size), (message.Topic, message.QoS, message.Retain, message.Text.Length));
            // Nothing piles up for it in the gateway.
            Assert.InRange(endpoint.Budget.Used - retained, 0, 2 * MqttLimits.Spec.MaxPendingBytes);
            await AcknowledgeAsync(late, message);
        }

        await late.NothingCameAsync();
    }

    [Fact]
    public async Task What_is_published_meanwhile_goes_ahead_and_comes_once()
    {
        await using TestGateway gateway = await StartAsync();
        using PacketPeer publisher = await PacketPeer.ConnectAsync(gateway, "publisher"), late = await PacketPeer.ConnectAsync(gateway, "late");
        await late.SubscribeAsync("state/#", AtLeastOnce);

        // One that has not come yet is replaced, another is removed: who does not acknowledge gets a window's worth.
        await publisher.PublishAckedAsync($"state/{Count - 2:D3}", "new", retain: true);
        await publisher.PublishAckedAsync($"state/{Count - 1:D3}", "", retain: true);
        await publisher.PublishAckedAsync("state/other", "now");

        List<(string Topic, string Text, bool Retain)> others = [];
        int came = 0;
        while (came < Count - 2 || others.Count < 3)
        {
            PacketPeer.Received message = await late.ReadPublishAsync();
            await AcknowledgeAsync(late, message);
            if (message.Retain)
                Assert.Equal($"state/{came++:D3}", message.Topic);
            else
                others.Add((message.Topic, message.Text, message.Retain));
        }

        await late.NothingCameAsync();
        Assert.Equal([($"state/{Count - 2:D3}", "new", false), ($"state/{Count - 1:D3}", "", false), ("state/other", "now", false)], others);
    }

    [Fact]
    public async Task A_session_that_comes_back_gets_the_rest()
    {
        await using TestGateway gateway = await StartAsync();
        int came = 0;
        using (PacketPeer first = await PacketPeer.ConnectAsync(gateway, "late", MqttVersion.V311, cleanStart: false))
        {
            await first.SubscribeAsync("state/#", AtLeastOnce);
            for (; came < 10; came++)
            {
                PacketPeer.Received message = await first.ReadPublishAsync();
                Assert.Equal($"state/{came:D3}", message.Topic);
                await AcknowledgeAsync(first, message);
            }
        }

        MqttEndpoint endpoint = gateway.Host.Find<MqttEndpoint>();
        await Eventually.TrueAsync(() => endpoint.Absent == 1, "the client is away");
        using PacketPeer second = await PacketPeer.ConnectAsync(gateway, "late", MqttVersion.V311, cleanStart: false);
        HashSet<string> topics = [.. Enumerable.Range(0, came).Select(i => $"state/{i:D3}")];
        while (topics.Count < Count)
        {
            PacketPeer.Received message = await second.ReadPublishAsync();
            topics.Add(message.Topic);
            await AcknowledgeAsync(second, message);
        }
    }

    [Fact]
    public async Task A_subscription_that_ends_or_is_replaced_ends_its_backlog()
    {
        await using TestGateway gateway = await StartAsync();
        using PacketPeer late = await PacketPeer.ConnectAsync(gateway, "late", properties: (ref MqttPropertyWriter properties) => properties.Add(MqttPropertyId.ReceiveMaximum, 1u));
        await late.SubscribeAsync("state/#", AtLeastOnce);
        PacketPeer.Received first = await late.ReadPublishAsync();
        Assert.Equal("state/000", first.Topic);

        // Anew from the first.
        Assert.Equal(MqttReasonCode.GrantedQoS2, await late.SubscribeAsync("state/#", ExactlyOnce));
        await AcknowledgeAsync(late, first);
        PacketPeer.Received again = await late.ReadPublishAsync();
        Assert.Equal(("state/000", MqttQoS.ExactlyOnce), (again.Topic, again.QoS));
        await late.SendAsync(output => MqttWriter.WriteUnsubscribe(output, 9, default(MqttProperties), "state/#"));
        Assert.Equal(MqttPacketType.UnsubAck, (await late.ReadAsync()).Type);
        await AcknowledgeAsync(late, again);

        await late.NothingCameAsync();
        Assert.Equal(MqttReasonCode.Success, await late.SubscribeAsync("state/001", AtMostOnce));
        Assert.Equal("state/001", (await late.ReadPublishAsync()).Topic);
    }

    private static async Task<TestGateway> StartAsync()
    {
        TestGateway gateway = await TestGateway.StartAsync(options => options with { MqttMode = MqttMode.Spec, MqttLimits = MqttLimits.Spec with { ConnectsPerSecondOfAddress = 0 } });
        using PacketPeer publisher = await PacketPeer.ConnectAsync(gateway, "filler");
        string payload = new('x', Size);
        for (int i = 0; i < Count; i++)
            await publisher.PublishAsync($"state/{i:D3}", payload, MqttQoS.ExactlyOnce, (ushort)(i + 1), retain: true);
        for (int i = 0; i < Count; i++)
            Assert.Equal(MqttPacketType.PubRec, (await publisher.ReadAsync()).Type);
        return gateway;
    }

    private static async Task AcknowledgeAsync(PacketPeer peer, PacketPeer.Received message)
    {
        if (message.QoS == MqttQoS.AtLeastOnce)
        {
            await peer.AcknowledgeAsync(MqttPacketType.PubAck, message.PacketId);
        }
        else if (message.QoS == MqttQoS.ExactlyOnce)
        {
            await peer.AcknowledgeAsync(MqttPacketType.PubComp, message.PacketId);
        }
    }
}
