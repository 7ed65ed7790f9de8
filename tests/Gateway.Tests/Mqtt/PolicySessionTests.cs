using System;
using System.Threading.Tasks;
using Defender.Gateway.Mqtt;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt;
using Defender.Mqtt.Packets;
using Xunit;

namespace Defender.Gateway.Tests.Mqtt;

/// <summary>What policies mean for a session: allowed, denied, and taken away meanwhile.</summary>
public sealed class PolicySessionTests
{
    private static readonly SubscriptionOptions AtLeastOnce = new(MqttQoS.AtLeastOnce);

    private static readonly (string, string[]) Writer = ("writer", ["Connect client/writer*", "Publish topic/open/*", "RetainPublish topic/open/*"]);

    private static readonly (string, string[]) Reader = ("reader", ["Connect client/reader", "Subscribe topicfilter/*", "Receive topic/open/*"]);

    [Theory]
    [InlineData(nameof(MqttMode.Aws), MqttVersion.V311, 7)]
    [InlineData(nameof(MqttMode.Spec), MqttVersion.V311, 5)]
    [InlineData(nameof(MqttMode.Aws), MqttVersion.V5, 0x87)]
    public async Task A_client_connects_as_whom_its_policy_lets_it(string mode, MqttVersion version, byte code)
    {
        await using PolicyGateway gateway = await PolicyGateway.StartAsync(Enum.Parse<MqttMode>(mode), Writer);
        using PacketPeer allowed = await gateway.ConnectAsync("writer", version, "writer-2"), denied = await gateway.ConnectAsync("writer", version, "reader");

        Assert.Equal(MqttReasonCode.Success, allowed.ConnAck.Code);
        Assert.Equal(code, (byte)denied.ConnAck.Code);
        Assert.Empty(await denied.ReadToCloseAsync());
    }

    [Theory]
    [InlineData(nameof(MqttMode.Aws), MqttVersion.V311, MqttQoS.AtMostOnce, "closed")]
    [InlineData(nameof(MqttMode.Aws), MqttVersion.V311, MqttQoS.AtLeastOnce, "closed")]
    [InlineData(nameof(MqttMode.Aws), MqttVersion.V5, MqttQoS.AtMostOnce, "told")]
    [InlineData(nameof(MqttMode.Aws), MqttVersion.V5, MqttQoS.AtLeastOnce, "0x87")]
    [InlineData(nameof(MqttMode.Spec), MqttVersion.V311, MqttQoS.AtMostOnce, "dropped")]
    [InlineData(nameof(MqttMode.Spec), MqttVersion.V311, MqttQoS.AtLeastOnce, "acknowledged")]
    [InlineData(nameof(MqttMode.Spec), MqttVersion.V311, MqttQoS.ExactlyOnce, "acknowledged")]
    [InlineData(nameof(MqttMode.Spec), MqttVersion.V5, MqttQoS.AtMostOnce, "dropped")]
    [InlineData(nameof(MqttMode.Spec), MqttVersion.V5, MqttQoS.ExactlyOnce, "0x87")]
    public async Task A_denied_publish_goes_nowhere(string mode, MqttVersion version, MqttQoS qos, string outcome)
    {
        await using PolicyGateway gateway = await PolicyGateway.StartAsync(Enum.Parse<MqttMode>(mode), Writer);
        using PacketPeer listener = await PacketPeer.ConnectAsync(gateway.Gateway, "listener"), peer = await gateway.ConnectAsync("writer", version);
        await listener.SubscribeAsync("#", AtLeastOnce);

        await peer.PublishAsync("secret/a", "denied", qos, (ushort)(qos == MqttQoS.AtMostOnce ? 0 : 9));

        switch (outcome)
        {
            case "closed":
                Assert.Empty(await peer.ReadToCloseAsync());
                break;
            case "told":
                Assert.Equal(MqttReasonCode.NotAuthorized, await peer.ReadFarewellAsync());
                break;
            default:
                if (outcome != "dropped")
                    Assert.Equal(outcome == "0x87" ? MqttReasonCode.NotAuthorized : MqttReasonCode.Success, (await peer.ReadAsync()).Code);
                await peer.PublishAsync("open/a", "allowed");
                Assert.Equal("allowed", (await listener.ReadPublishAsync()).Text);
                break;
        }

        await listener.NothingCameAsync();
    }

    [Fact]
    public async Task To_retain_needs_a_right_of_its_own()
    {
        await using PolicyGateway gateway = await PolicyGateway.StartAsync(MqttMode.Aws, ("writer", ["Connect client/*", "Publish topic/a"]));
        using PacketPeer peer = await gateway.ConnectAsync("writer");

        Assert.Equal(MqttReasonCode.NotAuthorized, (await peer.PublishAckedAsync("a", "x", retain: true)).Code);
        Assert.Equal(MqttReasonCode.Success, (await peer.PublishAckedAsync("a", "x")).Code);
        Assert.Equal(0, gateway.Endpoint.Retained);
    }

    [Theory]
    [InlineData(nameof(MqttMode.Aws), MqttVersion.V311, null)]
    [InlineData(nameof(MqttMode.Spec), MqttVersion.V311, MqttReasonCode.UnspecifiedError)]
    [InlineData(nameof(MqttMode.Aws), MqttVersion.V5, MqttReasonCode.NotAuthorized)]
    [InlineData(nameof(MqttMode.Spec), MqttVersion.V5, MqttReasonCode.NotAuthorized)]
    public async Task A_denied_filter_is_refused(string mode, MqttVersion version, MqttReasonCode? code)
    {
        await using PolicyGateway gateway = await PolicyGateway.StartAsync(
            Enum.Parse<MqttMode>(mode), ("reader", ["Connect client/*", "Subscribe topicfilter/open/*"]));
        using PacketPeer peer = await gateway.ConnectAsync("reader", version);
        Assert.Equal(MqttReasonCode.GrantedQoS1, await peer.SubscribeAsync("open/+", AtLeastOnce));

        if (code is null)
        {
            await peer.SendAsync(output => MqttWriter.WriteSubscribe(output, 5, ("#", MqttQoS.AtLeastOnce)));
            Assert.Empty(await peer.ReadToCloseAsync());
            return;
        }

        Assert.Equal(code, await peer.SubscribeAsync("#", AtLeastOnce));
        Assert.Equal(code, await peer.SubscribeAsync("$share/group/secret/a", AtLeastOnce));
        Assert.Equal(1, gateway.Endpoint.Gauges.Subscriptions);
    }

    [Fact]
    public async Task What_a_client_may_not_receive_is_not_delivered_although_it_subscribes_to_it()
    {
        await using PolicyGateway gateway = await PolicyGateway.StartAsync(MqttMode.Spec, Reader);
        using PacketPeer anyone = await PacketPeer.ConnectAsync(gateway.Gateway, "anyone"), peer = await gateway.ConnectAsync("reader");
        await anyone.PublishAckedAsync("secret/kept", "kept", retain: true);
        await anyone.PublishAckedAsync("open/kept", "kept", retain: true);

        await peer.SubscribeAsync("#", AtLeastOnce);
        Assert.Equal("open/kept", (await peer.ReadPublishAsync()).Topic);
        await anyone.PublishAckedAsync("secret/a", "x");
        await anyone.PublishAckedAsync("open/a", "x");

        Assert.Equal("open/a", (await peer.ReadPublishAsync()).Topic);
        await peer.NothingCameAsync();
    }

    [Fact]
    public async Task A_right_that_is_taken_away_ends_the_subscription_CVE_2021_34434()
    {
        await using PolicyGateway gateway = await PolicyGateway.StartAsync(MqttMode.Aws, Reader);
        using PacketPeer anyone = await PacketPeer.ConnectAsync(gateway.Gateway, "anyone"), peer = await gateway.ConnectAsync("reader");
        await peer.SubscribeAsync("open/a", AtLeastOnce);
        await peer.SubscribeAsync("open/b", AtLeastOnce);

        gateway.Change("reader", "Connect client/reader", "Subscribe topicfilter/open/b", "Receive topic/*");

        await anyone.PublishAckedAsync("open/a", "gone");
        await anyone.PublishAckedAsync("open/b", "stays");
        Assert.Equal("stays", (await peer.ReadPublishAsync()).Text);
        await peer.NothingCameAsync();
        // It does not come back with the right.
        gateway.Change("reader", Reader.Item2);
        await anyone.PublishAckedAsync("open/a", "gone");
        await peer.NothingCameAsync();
    }

    [Fact]
    public async Task What_waits_for_an_absent_client_is_judged_by_the_rights_it_has_when_it_is_back()
    {
        await using PolicyGateway gateway = await PolicyGateway.StartAsync(MqttMode.Aws, Reader);
        using PacketPeer anyone = await PacketPeer.ConnectAsync(gateway.Gateway, "anyone");
        using (PacketPeer first = await gateway.ConnectAsync("reader", properties: LongLived))
        {
            await first.SubscribeAsync("open/#", AtLeastOnce);
            await anyone.PublishAckedAsync("open/unacknowledged", "x");
            Assert.Equal("open/unacknowledged", (await first.ReadPublishAsync()).Topic);
            await first.DisconnectAsync();
        }

        await anyone.PublishAckedAsync("open/secret", "x");
        await anyone.PublishAckedAsync("open/allowed", "x");
        gateway.Change("reader", "Connect client/reader", "Subscribe topicfilter/*", "Receive topic/open/allowed");

        using PacketPeer back = await gateway.ConnectAsync("reader", cleanStart: false, properties: LongLived);
        Assert.True(back.ConnAck.IsSessionPresent);
        PacketPeer.Received message = await back.ReadPublishAsync();
        Assert.Equal("open/allowed", message.Topic);
        await back.AcknowledgeAsync(MqttPacketType.PubAck, message.PacketId);
        await back.NothingCameAsync();
        Assert.Equal(0, gateway.Endpoint.MessageBytes);
    }

    [Fact]
    public async Task A_retained_message_goes_with_the_right_of_its_author_CVE_2018_12546()
    {
        await using PolicyGateway gateway = await PolicyGateway.StartAsync(MqttMode.Aws, Writer, Reader);
        using (PacketPeer writer = await gateway.ConnectAsync("writer"))
        {
            await writer.PublishAckedAsync("open/a", "kept", retain: true);
            await writer.PublishAckedAsync("open/b", "kept", retain: true);
            await writer.DisconnectAsync();
        }

        gateway.Change("writer", "Connect client/*", "Publish topic/*", "RetainPublish topic/open/b");

        using PacketPeer reader = await gateway.ConnectAsync("reader");
        await reader.SubscribeAsync("open/a", AtLeastOnce);
        await reader.NothingCameAsync();
        await reader.SubscribeAsync("open/b", AtLeastOnce);
        Assert.Equal("kept", (await reader.ReadPublishAsync()).Text);
        Assert.Equal(1, gateway.Endpoint.Retained);
    }

    [Fact]
    public async Task Who_may_not_connect_any_more_is_disconnected()
    {
        await using PolicyGateway gateway = await PolicyGateway.StartAsync(MqttMode.Aws, Writer, Reader);
        using PacketPeer writer = await gateway.ConnectAsync("writer"), reader = await gateway.ConnectAsync("reader");

        gateway.Change("writer", "Connect client/somebody-else");

        Assert.Equal(MqttReasonCode.NotAuthorized, await writer.ReadFarewellAsync());
        await reader.NothingCameAsync();
    }

    [Fact]
    public async Task A_will_needs_its_right_when_the_client_connects_and_when_it_dies()
    {
        await using PolicyGateway gateway = await PolicyGateway.StartAsync(MqttMode.Aws, Writer);
        using PacketPeer listener = await PacketPeer.ConnectAsync(gateway.Gateway, "listener");
        await listener.SubscribeAsync("#", AtLeastOnce);
        using PacketPeer denied = await gateway.ConnectAsync("writer", will: ("secret/a", "gone"));
        Assert.Equal(MqttReasonCode.NotAuthorized, denied.ConnAck.Code);
        PacketPeer first = await gateway.ConnectAsync("writer", clientId: "writer-1", will: ("open/a", "gone 1"));
        using PacketPeer second = await gateway.ConnectAsync("writer", clientId: "writer-2", will: ("open/b", "gone 2"));
        first.Dispose();
        Assert.Equal("gone 1", (await listener.ReadPublishAsync()).Text);

        gateway.Change("writer", "Connect client/*", "Publish topic/open/a");
        await second.SendBytesAsync(0, 0);
        await second.ReadToCloseAsync();

        await listener.NothingCameAsync();
    }

    [Fact]
    public async Task By_default_a_client_is_its_thing()
    {
        await using PolicyGateway gateway = await PolicyGateway.StartAsync(MqttMode.Aws, Writer);
        gateway.AddUser("someone", thing: "pump-17");

        using PacketPeer itself = await gateway.ConnectAsync("someone", clientId: "pump-17");
        using PacketPeer another = await gateway.ConnectAsync("someone", clientId: "pump-18"), nobody = await gateway.ConnectAsync("someone", clientId: "");

        Assert.Equal(
            [MqttReasonCode.Success, MqttReasonCode.NotAuthorized, MqttReasonCode.NotAuthorized],
            [itself.ConnAck.Code, another.ConnAck.Code, nobody.ConnAck.Code]);
        Assert.Equal(MqttReasonCode.NotAuthorized, (await itself.PublishAckedAsync("$aws/things/pump-18/defender/metrics/json", "{}")).Code);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nobody_takes_over_what_is_another_s_whether_he_is_here_or_away(bool isHere)
    {
        await using PolicyGateway gateway = await PolicyGateway.StartAsync(MqttMode.Aws, ("any", ["Connect client/*", "Publish topic/*"]));
        gateway.AddUser("one", "pump-1", "any");
        gateway.AddUser("two", "pump-2", "any");
        gateway.AddUser("one-again", "pump-1", "any");
        using PacketPeer first = await gateway.ConnectAsync("one", clientId: "shared", properties: LongLived);
        if (!isHere)
            await first.DisconnectAsync();

        using PacketPeer thief = await gateway.ConnectAsync("two", clientId: "shared");
        using PacketPeer anonymous = await PacketPeer.ConnectAsync(gateway.Gateway, "shared");
        Assert.Equal((MqttReasonCode.NotAuthorized, MqttReasonCode.NotAuthorized), (thief.ConnAck.Code, anonymous.ConnAck.Code));
        if (isHere)
            await first.NothingCameAsync();

        // The same thing by other credentials may.
        using PacketPeer same = await gateway.ConnectAsync("one-again", clientId: "shared", cleanStart: false);
        Assert.True(same.ConnAck.IsSessionPresent);
    }

    private static void LongLived(ref MqttPropertyWriter own) => own.Add(MqttPropertyId.SessionExpiryInterval, 1000);
}
