using System;
using System.Linq;
using System.Threading.Tasks;
using Defender.Gateway.Mqtt;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt;
using Defender.Mqtt.Packets;
using Xunit;

namespace Defender.Gateway.Tests.Mqtt;

/// <summary>What CONNACK says to clients of both versions: what they get, and why they do not.</summary>
public sealed class V5ConnectTests
{
    [Theory]
    [InlineData(nameof(MqttMode.Aws), 1u, 149_504u, 8u)]
    [InlineData(nameof(MqttMode.Spec), null, 214_783u, 100u)]
    public async Task CONNACK_announces_the_limits(string mode, uint? qos, uint packetBytes, uint aliases)
    {
        MqttMode chosen = Enum.Parse<MqttMode>(mode);
        await using TestGateway gateway = await TestGateway.StartAsync(options => options with { MqttMode = chosen, MqttLimits = MqttLimits.Of(chosen) });

        using PacketPeer peer = await PacketPeer.ConnectAsync(gateway, "pump-17", keepAlive: 60);

        PacketPeer.Received answer = peer.ConnAck;
        Assert.Equal((MqttReasonCode.Success, false), (answer.Code, answer.IsSessionPresent));
        Assert.Equal(100u, answer.ConnAckNumber(MqttPropertyId.ReceiveMaximum));
        Assert.Equal(qos, answer.ConnAckNumber(MqttPropertyId.MaximumQoS));
        Assert.Equal(packetBytes, answer.ConnAckNumber(MqttPropertyId.MaximumPacketSize));
        Assert.Equal(aliases, answer.ConnAckNumber(MqttPropertyId.TopicAliasMaximum));
        // What the client has chosen itself is not repeated.
        Assert.Null(answer.ConnAckText(MqttPropertyId.AssignedClientIdentifier));
        Assert.Null(answer.ConnAckNumber(MqttPropertyId.ServerKeepAlive));
        Assert.Null(answer.ConnAckNumber(MqttPropertyId.SessionExpiryInterval));
    }

    [Theory]
    [InlineData(1200, null)]
    [InlineData(1201, 1200u)]
    [InlineData(0, 1200u)]
    public async Task A_keep_alive_that_is_cut_is_told(int asked, uint? told)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();

        using PacketPeer peer = await PacketPeer.ConnectAsync(gateway, "pump-17", keepAlive: (ushort)asked);

        Assert.Equal(told, peer.ConnAck.ConnAckNumber(MqttPropertyId.ServerKeepAlive));
    }

    [Theory]
    [InlineData(604_800u, null)]
    [InlineData(604_801u, 604_800u)]
    [InlineData(uint.MaxValue, 604_800u)]
    public async Task A_session_expiry_that_is_cut_is_told(uint asked, uint? told)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();

        using PacketPeer peer = await PacketPeer.ConnectAsync(
            gateway, "pump-17", properties: (ref MqttPropertyWriter own) => own.Add(MqttPropertyId.SessionExpiryInterval, asked));

        Assert.Equal(told, peer.ConnAck.ConnAckNumber(MqttPropertyId.SessionExpiryInterval));
    }

    [Fact]
    public async Task A_client_without_identifier_is_given_one_that_nobody_else_has()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using PacketPeer first = await PacketPeer.ConnectAsync(gateway, ""), second = await PacketPeer.ConnectAsync(gateway, "");

        string?[] given = [.. new[] { first, second }.Select(peer => peer.ConnAck.ConnAckText(MqttPropertyId.AssignedClientIdentifier))];

        Assert.All(given, id => Assert.StartsWith("auto-", id, StringComparison.Ordinal));
        Assert.NotEqual(given[0], given[1]);
        Assert.NotNull(gateway.Host.Find<MqttEndpoint>().Find(given[0]!));
        await first.NothingCameAsync();
    }

    [Theory]
    [InlineData(MqttVersion.V5, "a+b", MqttReasonCode.ClientIdentifierNotValid)]
    [InlineData(MqttVersion.V5, "line\nbreak", MqttReasonCode.ClientIdentifierNotValid)]
    [InlineData(MqttVersion.V311, "a#b", (MqttReasonCode)ConnectReturnCode.IdentifierRejected)]
    public async Task An_identifier_that_may_not_be_is_refused(MqttVersion version, string clientId, MqttReasonCode code)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();

        using PacketPeer peer = await PacketPeer.ConnectAsync(gateway, clientId, version, cleanStart: false);

        Assert.Equal((code, false), (peer.ConnAck.Code, peer.ConnAck.IsSessionPresent));
        Assert.Empty(await peer.ReadToCloseAsync());
    }

    [Fact]
    public async Task A_session_to_be_kept_needs_an_identifier_in_MQTT_3()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using RawPeer peer = await gateway.OpenAsync();

        await peer.SendAsync([0x10, 12, 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 4, 0, 0, 0, 0, 0]);

        Assert.Equal([0x20, 2, 0, (byte)ConnectReturnCode.IdentifierRejected], await peer.ReadToCloseAsync()); // MQTT-3.1.3-8
    }

    [Theory]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(255)]
    public async Task A_version_that_is_not_spoken_is_refused_with_the_code_that_MQTT_3_has(byte level)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using RawPeer peer = await gateway.OpenAsync();

        await peer.SendAsync([0x10, 13, 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', level, 2, 0, 0, 0, 1, (byte)'a']);

        // MQTT5-3.1.2-2: 0x84 where the client could read it; only level 5 has that form.
        Assert.Equal([0x20, 2, 0, 1], await peer.ReadToCloseAsync());
    }

    [Theory]
    [InlineData(nameof(MqttMode.Aws), MqttVersion.V311, 7)]
    [InlineData(nameof(MqttMode.Spec), MqttVersion.V311, 5)]
    [InlineData(nameof(MqttMode.Aws), MqttVersion.V5, 0x87)]
    [InlineData(nameof(MqttMode.Spec), MqttVersion.V5, 0x87)]
    public async Task Who_may_not_connect_is_told_so_in_the_words_of_the_mode(string mode, MqttVersion version, byte code)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(options => options with
        {
            MqttMode = Enum.Parse<MqttMode>(mode),
            Listeners = options.Listeners with { AllowAnonymous = false },
        });

        using PacketPeer peer = await PacketPeer.ConnectAsync(gateway, "pump-17", version);

        Assert.Equal(code, (byte)peer.ConnAck.Code);
        Assert.Empty(await peer.ReadToCloseAsync());
    }

    [Theory]
    [InlineData(MqttVersion.V311, 4)]
    [InlineData(MqttVersion.V5, 0x86)]
    public async Task A_wrong_password_has_a_code_of_its_own(MqttVersion version, byte code)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();

        using PacketPeer peer = await PacketPeer.ConnectAsync(gateway, "pump-17", version, userName: "nobody");

        Assert.Equal(code, (byte)peer.ConnAck.Code);
        Assert.Empty(await peer.ReadToCloseAsync());
    }

    [Fact]
    public async Task An_authentication_method_is_refused_by_its_code()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();

        using PacketPeer peer = await PacketPeer.ConnectAsync(
            gateway, "pump-17", properties: (ref MqttPropertyWriter own) => own.Add(MqttPropertyId.AuthenticationMethod, "SCRAM"u8));

        Assert.Equal(MqttReasonCode.BadAuthenticationMethod, peer.ConnAck.Code);
        Assert.Empty(await peer.ReadToCloseAsync());
    }

    [Fact]
    public async Task A_CONNECT_of_MQTT_5_that_cannot_be_read_is_answered()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using RawPeer twice = await gateway.OpenAsync(), reserved = await gateway.OpenAsync();

        // Receive Maximum twice, which is a protocol error; then the reserved flag, which is malformed.
        await twice.SendAsync([0x10, 19, 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 5, 2, 0, 0, 6, 0x21, 0, 1, 0x21, 0, 1, 0, 0]);
        await reserved.SendAsync([0x10, 13, 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 5, 3, 0, 0, 0, 0, 0]);

        Assert.Equal([0x20, 3, 0, (byte)MqttReasonCode.ProtocolError, 0], await twice.ReadToCloseAsync());
        Assert.Equal([0x20, 3, 0, (byte)MqttReasonCode.MalformedPacket, 0], await reserved.ReadToCloseAsync());
    }

    [Fact]
    public async Task A_will_of_QoS_2_is_refused_where_there_is_none()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();

        using PacketPeer peer = await PacketPeer.ConnectAsync(gateway, "pump-17", will: ("will", "gone"), willQoS: MqttQoS.ExactlyOnce);

        Assert.Equal(MqttReasonCode.QoSNotSupported, peer.ConnAck.Code);
        Assert.Empty(await peer.ReadToCloseAsync());
    }
}
