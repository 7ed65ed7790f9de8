using System;
using System.Threading.Tasks;
using Defender.Mqtt.Client;
using Defender.Mqtt.Packets;
using Xunit;

namespace Defender.Mqtt.Tests.Client;

/// <summary>Messages that the application acknowledges itself.</summary>
public sealed class AcknowledgementTests
{
    [Fact]
    public async Task Nothing_is_acknowledged_before_the_application_says_so_and_then_once()
    {
        await using var peer = new Peer();
        MqttClient client = await ConnectAsync(peer);
        MqttMessage first = await ReceiveAsync(peer, client, 7);
        MqttMessage second = await ReceiveAsync(peer, client, 8);

        // Had anything been acknowledged by itself, it would come before this.
        await client.AcknowledgeAsync(second, default);
        await client.AcknowledgeAsync(second, default);
        Assert.Equal("PubAck id=8", await peer.ReadAsync());
        await client.AcknowledgeAsync(first, default);
        Assert.Equal("PubAck id=7", await peer.ReadAsync());
    }

    [Fact]
    public async Task Many_messages_wait_and_the_identifiers_are_free_afterwards()
    {
        await using var peer = new Peer();
        MqttClient client = await ConnectAsync(peer);
        MqttMessage message = await ReceiveAsync(peer, client, 7);
        await client.AcknowledgeAsync(message, default);
        Assert.Equal("PubAck id=7", await peer.ReadAsync());

        MqttMessage again = await ReceiveAsync(peer, client, 7);
        await client.AcknowledgeAsync(again, default);

        Assert.Equal("PubAck id=7", await peer.ReadAsync());
    }

    [Fact]
    public async Task An_identifier_that_is_used_again_too_early_ends_the_connection()
    {
        await using var peer = new Peer();
        MqttClient client = await ConnectAsync(peer);
        await ReceiveAsync(peer, client, 7);

        await peer.SendAsync(output => Publish(output, 7, MqttQoS.AtLeastOnce));

        MqttException exception = await Failing.WithAsync(MqttFailure.Protocol, client.Completion);
        Assert.Contains("identifier 7 again", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_of_QoS_0_needs_no_acknowledgement()
    {
        await using var peer = new Peer();
        MqttClient client = await ConnectAsync(peer);
        MqttMessage zero = await ReceiveAsync(peer, client, 0, MqttQoS.AtMostOnce);
        MqttMessage one = await ReceiveAsync(peer, client, 3);

        await client.AcknowledgeAsync(zero, default);
        await client.AcknowledgeAsync(one, default);

        Assert.Equal("PubAck id=3", await peer.ReadAsync());
    }

    [Fact]
    public async Task A_message_of_another_connection_is_not_acknowledged_on_this_one()
    {
        await using var peer = new Peer();
        await using var other = new Peer();
        MqttClient client = await ConnectAsync(peer);
        MqttMessage foreign = await ReceiveAsync(other, await ConnectAsync(other), 7);
        MqttMessage own = await ReceiveAsync(peer, client, 7);

        await Assert.ThrowsAsync<ArgumentException>(() => client.AcknowledgeAsync(foreign, default));
        await client.AcknowledgeAsync(own, default);

        Assert.Equal("PubAck id=7", await peer.ReadAsync());
    }

    [Fact]
    public async Task A_client_that_acknowledges_by_itself_says_so()
    {
        await using var peer = new Peer();
        MqttClient client = await peer.ConnectAsync();
        MqttMessage message = await ReceiveAsync(peer, client, 7);

        await Assert.ThrowsAsync<InvalidOperationException>(() => client.AcknowledgeAsync(message, default));
        Assert.Equal("PubAck id=7", await peer.ReadAsync());
    }

    [Fact]
    public async Task After_the_end_of_the_connection_nothing_is_acknowledged()
    {
        await using var peer = new Peer();
        MqttClient client = await ConnectAsync(peer);
        MqttMessage message = await ReceiveAsync(peer, client, 7);

        peer.Close();
        await Failing.WithAsync(MqttFailure.Closed, client.Completion);

        await Assert.ThrowsAsync<MqttException>(() => client.AcknowledgeAsync(message, default));
    }

    private static Task<MqttClient> ConnectAsync(Peer peer) => peer.ConnectAsync(new MqttClientOptions
    {
        Host = "127.0.0.1",
        Port = peer.Port,
        ClientId = "device",
        KeepAlive = TimeSpan.Zero,
        ManualAcknowledgement = true,
    });

    private static async Task<MqttMessage> ReceiveAsync(Peer peer, MqttClient client, ushort id, MqttQoS qos = MqttQoS.AtLeastOnce)
    {
        await peer.SendAsync(output => Publish(output, id, qos));
        return await client.Messages.ReadAsync().AsTask().WaitAsync(Peer.Deadline);
    }

    private static void Publish(System.Buffers.IBufferWriter<byte> output, ushort id, MqttQoS qos)
        => MqttWriter.WritePublish(output, new PublishPacket { Topic = "t"u8, Payload = [1], QoS = qos, PacketId = id });
}
