using System;
using System.Threading.Tasks;
using Defender.Mqtt.Client;
using Defender.Mqtt.Packets;
using Defender.Tests;
using Xunit;

namespace Defender.Mqtt.Tests.Client;

/// <summary>What MQTT 5.0 adds to the client: properties, limits and reasons.</summary>
public sealed class Version5Tests
{
    [Fact]
    public async Task Connect_carries_what_the_session_is_to_be()
    {
        await using var peer = new Peer(MqttVersion.V5);
        Task<MqttClient> connecting = MqttClient.ConnectAsync(
            new MqttClientOptions
            {
                Version = MqttVersion.V5,
                Host = "127.0.0.1",
                Port = peer.Port,
                ClientId = "",
                CleanSession = false,
                SessionExpiry = TimeSpan.FromHours(1),
                ReceiveMaximum = 7,
                MaxPacketSize = 4096,
                Password = new byte[] { 1 },
            },
            default);
        await peer.AcceptAsync();

        Assert.Equal(
            "Connect level=5 clean=False keepalive=60 id='' password=01 [MaximumPacketSize=4096 SessionExpiryInterval=3600 ReceiveMaximum=7]",
            await peer.ReadAsync());
        await peer.SendAsync(output => MqttWriter.WriteConnAck(output, MqttReasonCode.Success, sessionPresent: true));
        await using MqttClient client = await connecting.WaitAsync(Peer.Deadline);
        Assert.True(client.SessionPresent);
        peer.Close();
    }

    [Fact]
    public async Task What_the_server_says_of_itself_is_known()
    {
        await using var peer = new Peer(MqttVersion.V5);
        MqttClient client = await ConnectAsync(peer, (MqttPropertyId.ServerKeepAlive, 90), (MqttPropertyId.ReceiveMaximum, 3),
            (MqttPropertyId.MaximumPacketSize, 100), (MqttPropertyId.MaximumQoS, 1), (MqttPropertyId.SessionExpiryInterval, 5));

        Assert.Equal(
            new MqttServerLimits
            {
                ClientId = "device",
                KeepAlive = TimeSpan.FromSeconds(90),
                ReceiveMaximum = 3,
                MaxPacketSize = 100,
                MaxQoS = MqttQoS.AtLeastOnce,
                SessionExpiry = TimeSpan.FromSeconds(5),
            },
            client.Server);
    }

    [Fact]
    public async Task A_server_without_limits_has_those_of_the_specification()
    {
        await using var peer = new Peer(MqttVersion.V5);
        MqttClient client = await peer.ConnectAsync(peer.Options(keepAliveSeconds: 60));

        Assert.Equal(new MqttServerLimits { ClientId = "device", KeepAlive = TimeSpan.FromSeconds(60) }, client.Server);
    }

    [Fact]
    public async Task The_keep_alive_of_the_server_is_the_one_that_counts()
    {
        var time = new ManualTime();
        await using var peer = new Peer(MqttVersion.V5);
        await ConnectAsync(peer, peer.Options(time, keepAliveSeconds: 600), (MqttPropertyId.ServerKeepAlive, 40));
        await time.WhenTimerIsSetAsync(TimeSpan.FromSeconds(30));
        time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal("PingReq", await peer.ReadAsync());
    }

    [Fact]
    public async Task No_more_messages_are_on_their_way_than_the_server_takes()
    {
        await using var peer = new Peer(MqttVersion.V5);
        MqttClient client = await ConnectAsync(peer, (MqttPropertyId.ReceiveMaximum, 1));
        Task first = client.PublishAsync("a", default, MqttQoS.AtLeastOnce, default);
        Task second = client.PublishAsync("b", default, MqttQoS.AtLeastOnce, default);
        await client.PublishAsync("marker", default, MqttQoS.AtMostOnce, default).WaitAsync(Peer.Deadline);

        Assert.StartsWith("Publish 'a'", await peer.ReadAsync(), StringComparison.Ordinal);
        Assert.StartsWith("Publish 'marker'", await peer.ReadAsync(), StringComparison.Ordinal);
        await peer.SendAsync(output => MqttWriter.WritePubAck(output, 1));
        await first.WaitAsync(Peer.Deadline);
        Assert.StartsWith("Publish 'b'", await peer.ReadAsync(), StringComparison.Ordinal);
        await peer.SendAsync(output => MqttWriter.WritePubAck(output, 2));
        await second.WaitAsync(Peer.Deadline);
    }

    [Theory]
    [InlineData(20, true)]
    [InlineData(21, false)]
    public async Task A_packet_that_the_server_does_not_take_is_not_sent(int payload, bool fits)
    {
        await using var peer = new Peer(MqttVersion.V5);
        // Fixed header 2, topic 3, no packet identifier, no properties 1.
        MqttClient client = await ConnectAsync(peer, (MqttPropertyId.MaximumPacketSize, 26));
        Task publishing = client.PublishAsync("a", new byte[payload], MqttQoS.AtMostOnce, default);

        if (fits)
        {
            await publishing.WaitAsync(Peer.Deadline);
            Assert.StartsWith("Publish 'a'", await peer.ReadAsync(), StringComparison.Ordinal);
            return;
        }

        MqttException failure = await Failing.WithAsync(MqttFailure.Refused, publishing);
        Assert.Equal(MqttReasonCode.PacketTooLarge, failure.ReasonCode);
        Assert.Equal("The packet has 27 bytes, and the server takes 26 at most.", failure.Message);
        Assert.False(client.Completion.IsCompleted);
        Task next = client.PublishAsync("b", default, MqttQoS.AtMostOnce, default);
        Assert.StartsWith("Publish 'b'", await peer.ReadAsync(), StringComparison.Ordinal);
        await next.WaitAsync(Peer.Deadline);
    }

    [Fact]
    public async Task A_QoS_that_the_server_does_not_take_is_not_sent()
    {
        await using var peer = new Peer(MqttVersion.V5);
        MqttClient client = await ConnectAsync(peer, (MqttPropertyId.MaximumQoS, 0));

        MqttException failure = await Failing.WithAsync(
            MqttFailure.Refused, client.PublishAsync("a", default, MqttQoS.AtLeastOnce, default));
        Assert.Equal(MqttReasonCode.QoSNotSupported, failure.ReasonCode);
        await client.PublishAsync("b", default, MqttQoS.AtMostOnce, default).WaitAsync(Peer.Deadline);
        Assert.StartsWith("Publish 'b'", await peer.ReadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_message_fails_with_the_reason_and_the_connection_goes_on()
    {
        await using var peer = new Peer(MqttVersion.V5);
        MqttClient client = await peer.ConnectAsync();
        Task publishing = client.PublishAsync("a", default, MqttQoS.AtLeastOnce, default);
        await peer.ReadAsync();
        await peer.SendAsync(output =>
        {
            var properties = new MqttPropertyWriter(MqttPacketType.PubAck, new byte[100]);
            properties.Add(MqttPropertyId.ReasonString, "your policy says no"u8);
            MqttWriter.WritePubAck(output, 1, MqttReasonCode.NotAuthorized, properties.Properties);
        });

        MqttException failure = await Failing.WithAsync(MqttFailure.Refused, publishing);
        Assert.Equal("The server refuses the message to 'a': NotAuthorized (135): your policy says no.", failure.Message);
        Assert.Equal(MqttReasonCode.NotAuthorized, failure.ReasonCode);
        Assert.False(client.Completion.IsCompleted);
    }

    [Fact]
    public async Task A_message_without_subscribers_is_delivered()
    {
        await using var peer = new Peer(MqttVersion.V5);
        MqttClient client = await peer.ConnectAsync();
        Task publishing = client.PublishAsync("a", default, MqttQoS.AtLeastOnce, default);
        await peer.ReadAsync();
        await peer.SendAsync(output => MqttWriter.WritePubAck(output, 1, MqttReasonCode.NoMatchingSubscribers));

        await publishing.WaitAsync(Peer.Deadline);
    }

    [Fact]
    public async Task Subscriptions_are_granted_refused_and_given_up_with_reasons()
    {
        await using var peer = new Peer(MqttVersion.V5);
        MqttClient client = await peer.ConnectAsync();
        Task<MqttQoS> granted = client.SubscribeAsync("a", MqttQoS.AtLeastOnce, default);
        Assert.StartsWith("Subscribe id=1", await peer.ReadAsync(), StringComparison.Ordinal);
        await peer.SendAsync(output => MqttWriter.WriteSubAck(output, 1, default(MqttProperties), [MqttReasonCode.GrantedQoS1]));
        Assert.Equal(MqttQoS.AtLeastOnce, await granted.WaitAsync(Peer.Deadline));

        Task<MqttQoS> refused = client.SubscribeAsync("b", MqttQoS.AtLeastOnce, default);
        await peer.ReadAsync();
        await peer.SendAsync(output => MqttWriter.WriteSubAck(output, 2, default(MqttProperties), [MqttReasonCode.QuotaExceeded]));
        MqttException failure = await Failing.WithAsync(MqttFailure.Refused, refused);
        Assert.Equal("The server refuses the subscription to 'b': QuotaExceeded (151).", failure.Message);

        Task given = client.UnsubscribeAsync("a", default);
        Assert.StartsWith("Unsubscribe id=3", await peer.ReadAsync(), StringComparison.Ordinal);
        await peer.SendAsync(output => MqttWriter.WriteUnsubAck(output, 3, default(MqttProperties), [MqttReasonCode.Success]));
        await given.WaitAsync(Peer.Deadline);

        Task denied = client.UnsubscribeAsync("a", default);
        await peer.ReadAsync();
        await peer.SendAsync(output => MqttWriter.WriteUnsubAck(output, 4, default(MqttProperties), [MqttReasonCode.NotAuthorized]));
        await Failing.WithAsync(MqttFailure.Refused, denied);
    }

    [Fact]
    public async Task The_servers_goodbye_ends_the_connection_with_its_reason()
    {
        await using var peer = new Peer(MqttVersion.V5);
        MqttClient client = await peer.ConnectAsync();
        Task publishing = client.PublishAsync("a", default, MqttQoS.AtLeastOnce, default);
        await peer.ReadAsync();
        await peer.SendAsync(output => MqttWriter.WriteDisconnect(output, MqttReasonCode.SessionTakenOver));

        MqttException failure = await Failing.WithAsync(MqttFailure.Closed, client.Completion);
        Assert.Equal("The server has disconnected: SessionTakenOver (142).", failure.Message);
        Assert.Equal(MqttReasonCode.SessionTakenOver, failure.ReasonCode);
        Assert.Equal(MqttReasonCode.SessionTakenOver, (await Failing.WithAsync(MqttFailure.Closed, publishing)).ReasonCode);
    }

    [Fact]
    public async Task A_refused_connection_has_the_reason_and_the_servers_words_up_to_a_bound()
    {
        await using var peer = new Peer(MqttVersion.V5);
        Task<MqttClient> connecting = MqttClient.ConnectAsync(peer.Options(), default);
        await peer.AcceptAsync();
        await peer.ReadAsync();
        await peer.SendAsync(output =>
        {
            var properties = new MqttPropertyWriter(MqttPacketType.ConnAck, new byte[1000]);
            properties.Add(MqttPropertyId.ReasonString, System.Text.Encoding.UTF8.GetBytes(new string('x', 900)));
            MqttWriter.WriteConnAck(output, MqttReasonCode.Banned, properties: properties.Properties);
        });

        MqttException failure = await Failing.WithAsync(MqttFailure.Refused, connecting);
        Assert.Equal(MqttReasonCode.Banned, failure.ReasonCode);
        Assert.Null(failure.ReturnCode);
        Assert.Equal($"The server refuses client 'device': Banned (138): {new string('x', 200)}….", failure.Message);
    }

    [Fact]
    public async Task A_server_of_the_older_version_says_so()
    {
        await using var peer = new Peer(MqttVersion.V5);
        Task<MqttClient> connecting = MqttClient.ConnectAsync(peer.Options(), default);
        await peer.AcceptAsync();
        await peer.ReadAsync();
        await peer.SendAsync(output => MqttWriter.WriteConnAck(output, ConnectReturnCode.UnacceptableProtocolVersion));

        MqttException failure = await Failing.WithAsync(MqttFailure.Refused, connecting);
        Assert.EndsWith(
            "UnacceptableProtocolVersion (1); it does not speak MQTT 5.0, connect with 3.1.1.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_chosen_client_identifier_is_told()
    {
        await using var peer = new Peer(MqttVersion.V5);
        MqttClient client = await peer.ConnectAsync(null, output =>
        {
            var properties = new MqttPropertyWriter(MqttPacketType.ConnAck, new byte[20]);
            properties.Add(MqttPropertyId.AssignedClientIdentifier, "auto-1"u8);
            MqttWriter.WriteConnAck(output, MqttReasonCode.Success, properties: properties.Properties);
        });

        Assert.Equal("auto-1", client.Server.ClientId);
    }

    [Theory]
    // AUTH without having asked for it; a topic alias; SUBACK codes for two filters; DISCONNECT with a reason only clients have.
    [InlineData("F0 00")]
    [InlineData("30 07 00 01 61 03 23 00 01")]
    [InlineData("90 05 00 01 00 00 00")]
    [InlineData("E0 01 04")]
    // A remaining length of more bytes than needed.
    [InlineData("D0 80 00")]
    // An answer to no PINGREQ.
    [InlineData("D0 00")]
    public async Task What_the_server_must_not_send_ends_the_connection_with_a_reason(string hex)
    {
        await using var peer = new Peer(MqttVersion.V5);
        MqttClient client = await peer.ConnectAsync();
        await peer.SendAsync(Wire.Hex(hex));

        await Failing.WithAsync(MqttFailure.Protocol, client.Completion);
        Assert.Equal("Disconnect reason=ProtocolError", await peer.ReadAsync());
        Assert.Equal("end", await peer.ReadAsync());
    }

    private static Task<MqttClient> ConnectAsync(Peer peer, params (MqttPropertyId Id, uint Value)[] properties)
        => ConnectAsync(peer, peer.Options(), properties);

    private static Task<MqttClient> ConnectAsync(Peer peer, MqttClientOptions options, params (MqttPropertyId Id, uint Value)[] properties)
        => peer.ConnectAsync(options, output =>
        {
            var writer = new MqttPropertyWriter(MqttPacketType.ConnAck, new byte[100]);
            foreach ((MqttPropertyId id, uint value) in properties)
            {
                writer.Add(id, value);
            }

            MqttWriter.WriteConnAck(output, MqttReasonCode.Success, properties: writer.Properties);
        });
}
