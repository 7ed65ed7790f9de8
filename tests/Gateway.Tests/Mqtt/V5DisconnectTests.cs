using System;
using System.Threading.Tasks;
using Defender.Gateway.Mqtt;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt;
using Defender.Mqtt.Packets;
using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests.Mqtt;

/// <summary>MQTT 5 clients are told why they are closed, and hear it before the close.</summary>
public sealed class V5DisconnectTests
{
    private readonly ManualTime _clock = new();

    public static TheoryData<string, byte[], MqttReasonCode> Mistakes => new()
    {
        { "a second CONNECT", [0x10, 13, 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 5, 2, 0, 0, 0, 0, 0], MqttReasonCode.ProtocolError },
        { "a CONNACK", [0x20, 3, 0, 0, 0], MqttReasonCode.ProtocolError },
        { "AUTH without a method", [0xF0, 0], MqttReasonCode.ProtocolError },
        { "reserved type 0", [0, 0], MqttReasonCode.MalformedPacket },
        { "QoS 3", [0x36, 0], MqttReasonCode.MalformedPacket },
        { "an excess byte", [0xC0, 1, 0], MqttReasonCode.MalformedPacket },
        { "QoS 2 in AWS's mode", [0x34, 7, 0, 1, (byte)'a', 0, 1, 0, 0], MqttReasonCode.QoSNotSupported },
        { "neither topic nor alias", [0x30, 3, 0, 0, 0], MqttReasonCode.ProtocolError },
        { "an alias that stands for nothing", [0x30, 6, 0, 0, 3, 0x23, 0, 1], MqttReasonCode.TopicAliasInvalid },
        { "alias 9 of 8", [0x30, 7, 0, 1, (byte)'a', 3, 0x23, 0, 9], MqttReasonCode.TopicAliasInvalid },
        { "alias 0", [0x30, 7, 0, 1, (byte)'a', 3, 0x23, 0, 0], MqttReasonCode.TopicAliasInvalid },
        { "a packet over the limit", [0x30, 0x81, 0x90, 0x09], MqttReasonCode.PacketTooLarge },
        { "No Local on a shared subscription", [0x82, 16, 0, 1, 0, 0, 10, .. "$share/a/b"u8, 5], MqttReasonCode.ProtocolError },
        { "identifier 0 of a subscription", [0x82, 9, 0, 1, 2, 0x0B, 0, 0, 1, (byte)'a', 0], MqttReasonCode.ProtocolError },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_mistake_is_named_before_the_close(string what, byte[] bytes, MqttReasonCode code)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using PacketPeer peer = await PacketPeer.ConnectAsync(gateway, "rude");

        // What the client goes on sending meanwhile must not cost it the answer.
        await peer.SendBytesAsync([.. bytes, .. new byte[2000]]);

        Assert.Equal((what, code), (what, await peer.ReadFarewellAsync()));
    }

    [Fact]
    public async Task A_payload_over_the_limit_is_too_large_even_when_the_packet_is_not()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using PacketPeer peer = await PacketPeer.ConnectAsync(gateway, "rude");

        await peer.PublishAsync("a/b", new string('x', MqttLimits.Aws.MaxPayloadBytes + 1));

        Assert.Equal(MqttReasonCode.PacketTooLarge, await peer.ReadFarewellAsync());
    }

    [Fact]
    public async Task A_takeover_is_told_to_the_one_that_goes()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using PacketPeer first = await PacketPeer.ConnectAsync(gateway, "pump-17");

        using PacketPeer second = await PacketPeer.ConnectAsync(gateway, "pump-17");

        Assert.Equal(MqttReasonCode.SessionTakenOver, await first.ReadFarewellAsync());
        await second.NothingCameAsync();
    }

    [Fact]
    public async Task Silence_is_told()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(clock: _clock);
        using PacketPeer peer = await PacketPeer.ConnectAsync(gateway, "silent", keepAlive: 10);

        _clock.Advance(TimeSpan.FromSeconds(15));

        Assert.Equal(MqttReasonCode.KeepAliveTimeout, await peer.ReadFarewellAsync());
    }

    [Fact]
    public async Task More_unfinished_messages_than_the_receive_maximum_are_told_by_the_specification_s_way()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(
            options => options with { MqttMode = MqttMode.Spec, MqttLimits = MqttLimits.Spec with { ReceiveMaximum = 3 } });
        using PacketPeer peer = await PacketPeer.ConnectAsync(gateway, "greedy");
        Assert.Equal(3u, peer.ConnAck.ConnAckNumber(MqttPropertyId.ReceiveMaximum));

        for (ushort id = 1; id <= 3; id++)
        {
            await peer.PublishAsync("a/b", "x", MqttQoS.ExactlyOnce, id);
            Assert.Equal(MqttPacketType.PubRec, (await peer.ReadAsync()).Type);
        }

        await peer.PublishAsync("a/b", "x", MqttQoS.ExactlyOnce, 4);

        Assert.Equal(MqttReasonCode.ReceiveMaximumExceeded, await peer.ReadFarewellAsync());
    }

    [Fact]
    public async Task The_gateway_s_own_end_is_told()
    {
        TestGateway gateway = await TestGateway.StartAsync();
        using PacketPeer peer = await PacketPeer.ConnectAsync(gateway, "pump-17");

        Task<MqttReasonCode> farewell = peer.ReadFarewellAsync();
        await gateway.DisposeAsync();

        Assert.Equal(MqttReasonCode.ServerShuttingDown, await farewell);
    }

    [Fact]
    public async Task Who_says_DISCONNECT_hears_nothing_more_and_neither_does_MQTT_3()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using PacketPeer polite = await PacketPeer.ConnectAsync(gateway, "polite");
        using PacketPeer old = await PacketPeer.ConnectAsync(gateway, "old", MqttVersion.V311);

        await polite.SendBytesAsync(0xE0, 0);
        await old.SendBytesAsync(0);

        Assert.Empty(await polite.ReadToCloseAsync());
        Assert.Empty(await old.ReadToCloseAsync());
    }
}
