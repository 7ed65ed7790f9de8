using System;
using System.Threading.Tasks;
using Defender.Gateway.Mqtt;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt;
using Defender.Mqtt.Packets;
using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests.Mqtt;

/// <summary>Messages that are kept for who subscribes later.</summary>
public sealed class RetainedTests
{
    private static readonly SubscriptionOptions AtLeastOnce = new(MqttQoS.AtLeastOnce);

    [Fact]
    public async Task The_newest_is_kept_and_an_empty_one_removes_it()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using PacketPeer publisher = await PacketPeer.ConnectAsync(gateway, "publisher");
        await publisher.PublishAckedAsync("state/a", "old", retain: true);
        await publisher.PublishAckedAsync("state/a", "new", retain: true);

        using PacketPeer late = await PacketPeer.ConnectAsync(gateway, "late");
        await late.SubscribeAsync("state/a", AtLeastOnce);
        PacketPeer.Received kept = await late.ReadPublishAsync();
        Assert.Equal(("new", true, MqttQoS.AtLeastOnce), (kept.Text, kept.Retain, kept.QoS));

        // Who is subscribed already gets it as any message.
        await publisher.PublishAckedAsync("state/a", "newer", retain: true);
        Assert.False((await late.ReadPublishAsync()).Retain);
        await publisher.PublishAckedAsync("state/a", "", retain: true);
        Assert.Equal("", (await late.ReadPublishAsync()).Text);
        using PacketPeer latest = await PacketPeer.ConnectAsync(gateway, "latest");
        await latest.SubscribeAsync("state/a", AtLeastOnce);
        await latest.NothingCameAsync();
    }

    [Theory]
    [InlineData(nameof(MqttMode.Aws), false)]
    [InlineData(nameof(MqttMode.Spec), true)]
    public async Task Wildcards_get_retained_messages_by_the_specification_only(string mode, bool isSent)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(options => options with { MqttMode = Enum.Parse<MqttMode>(mode) });
        using PacketPeer publisher = await PacketPeer.ConnectAsync(gateway, "publisher");
        await publisher.PublishAckedAsync("state/a", "kept", retain: true);

        await publisher.SubscribeAsync("state/#", AtLeastOnce);

        if (isSent)
            Assert.Equal("kept", (await publisher.ReadPublishAsync()).Text);
        else
            await publisher.NothingCameAsync();
    }

    [Theory]
    [InlineData(MqttRetainHandling.Send, true, true)]
    [InlineData(MqttRetainHandling.SendIfNew, true, false)]
    [InlineData(MqttRetainHandling.DoNotSend, false, false)]
    public async Task MQTT_5_says_when_they_are_sent(MqttRetainHandling handling, bool first, bool again)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using PacketPeer peer = await PacketPeer.ConnectAsync(gateway, "peer");
        await peer.PublishAckedAsync("state/a", "kept", retain: true);

        foreach (bool isSent in new[] { first, again })
        {
            await peer.SubscribeAsync("state/a", AtLeastOnce with { RetainHandling = handling });
            if (isSent)
                Assert.True((await peer.ReadPublishAsync()).Retain);
            else
                await peer.NothingCameAsync();
        }
    }

    [Fact]
    public async Task More_than_the_limit_are_not_kept_and_MQTT_5_is_told()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(
            options => options with { MqttLimits = TestGateway.Hurried with { MaxRetained = 1 } });
        using PacketPeer peer = await PacketPeer.ConnectAsync(gateway, "peer");

        Assert.Equal(MqttReasonCode.Success, (await peer.PublishAckedAsync("state/a", "kept", retain: true)).Code);
        Assert.Equal(MqttReasonCode.QuotaExceeded, (await peer.PublishAckedAsync("state/b", "not", retain: true)).Code);
        Assert.Equal(MqttReasonCode.Success, (await peer.PublishAckedAsync("state/a", "again", retain: true)).Code);
    }

    [Fact]
    public async Task One_that_has_expired_is_not_sent_and_the_others_say_what_is_left()
    {
        var clock = new ManualTime();
        await using TestGateway gateway = await TestGateway.StartAsync(clock: clock);
        using PacketPeer peer = await PacketPeer.ConnectAsync(gateway, "peer");
        await peer.PublishAckedAsync("state/a", "short", retain: true, (ref MqttPropertyWriter own) => own.Add(MqttPropertyId.MessageExpiryInterval, 10));
        await peer.PublishAckedAsync("state/b", "long", retain: true, (ref MqttPropertyWriter own) => own.Add(MqttPropertyId.MessageExpiryInterval, 100));

        clock.Advance(TimeSpan.FromSeconds(30));

        await peer.SubscribeAsync("state/a", AtLeastOnce);
        await peer.NothingCameAsync();
        await peer.SubscribeAsync("state/b", AtLeastOnce);
        Assert.Equal(70u, (await peer.ReadPublishAsync()).Number(MqttPropertyId.MessageExpiryInterval));
    }

    [Fact]
    public async Task A_retained_will_is_kept_too()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using (PacketPeer dying = await PacketPeer.ConnectAsync(gateway, "dying", will: ("state/dying", "gone"), willRetain: true))
        {
            await dying.SendBytesAsync(0);
            await dying.ReadToCloseAsync();
        }

        await Eventually.TrueAsync(() => gateway.Host.Find<MqttEndpoint>().Retained == 1, "the will is kept");
        using PacketPeer late = await PacketPeer.ConnectAsync(gateway, "late");
        await late.SubscribeAsync("state/dying", AtLeastOnce);
        Assert.Equal("gone", (await late.ReadPublishAsync()).Text);
    }
}
