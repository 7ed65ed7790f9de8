using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Defender.Mqtt.Client;
using Defender.Mqtt.Packets;
using Xunit;

namespace Defender.Mqtt.Tests.Client;

public sealed class SubscribeTests
{
    [Theory]
    [InlineData(0, MqttQoS.AtMostOnce)]
    [InlineData(1, MqttQoS.AtLeastOnce)]
    public async Task The_granted_QoS_is_returned(byte code, MqttQoS expected)
    {
        await using var peer = new Peer();
        MqttClient client = await peer.ConnectAsync();
        Task<MqttQoS> subscribing = client.SubscribeAsync("a/+", MqttQoS.AtLeastOnce, default);

        Assert.Equal("Subscribe id=1 count=1 'a/+':1", await peer.ReadAsync());
        await peer.SendAsync(output => MqttWriter.WriteSubAck(output, 1, code));

        Assert.Equal(expected, await subscribing.WaitAsync(Peer.Deadline));
    }

    [Fact]
    public async Task A_refused_filter_fails_its_call_and_nothing_else()
    {
        await using var peer = new Peer();
        MqttClient client = await peer.ConnectAsync();
        Task<MqttQoS> subscribing = client.SubscribeAsync("secret/#", MqttQoS.AtMostOnce, default);
        await peer.ReadAsync();
        await peer.SendAsync(output => MqttWriter.WriteSubAck(output, 1, SubAckPacket.Failure));

        MqttException exception = await Failing.WithAsync(MqttFailure.Refused, subscribing);

        Assert.Null(exception.ReturnCode);
        Assert.Contains("secret/#", exception.Message, StringComparison.Ordinal);
        Task unsubscribing = client.UnsubscribeAsync("secret/#", default);
        Assert.Equal("Unsubscribe id=2 count=1 'secret/#'", await peer.ReadAsync());
        await peer.SendAsync(output => MqttWriter.WriteUnsubAck(output, 2));
        await unsubscribing.WaitAsync(Peer.Deadline);
    }

    [Fact]
    public async Task A_message_is_delivered_whatever_pieces_it_comes_in()
    {
        await using var peer = new Peer();
        MqttClient client = await peer.ConnectAsync();
        byte[] bytes = Wire.Written(output => MqttWriter.WritePublish(
            output, new PublishPacket { Topic = "t/ä"u8, Payload = [1, 2, 3], QoS = MqttQoS.AtLeastOnce, PacketId = 77, Retain = true }));
        foreach (byte one in bytes)
        {
            await peer.SendAsync([one]);
        }

        MqttMessage message = await client.Messages.ReadAsync().AsTask().WaitAsync(Peer.Deadline);

        Assert.Equal(("t/ä", MqttQoS.AtLeastOnce, true), (message.Topic, message.QoS, message.Retain));
        Assert.Equal([1, 2, 3], message.Payload.ToArray());
        Assert.Equal("PubAck id=77", await peer.ReadAsync());
    }

    [Fact]
    public async Task What_takes_the_messages_gets_them_in_place_of_the_channel_and_acknowledges_by_returning()
    {
        await using var peer = new Peer();
        List<string> taken = [];
        MqttClient client = await peer.ConnectAsync(new MqttClientOptions
        {
            Host = "127.0.0.1",
            Port = peer.Port,
            ClientId = "device",
            OnMessage = (topic, payload) => taken.Add($"{Encoding.UTF8.GetString(topic)}={Convert.ToHexString(payload)}"),
        });
        await peer.SendAsync([
            .. Wire.Written(output => MqttWriter.WritePublish(output, new PublishPacket { Topic = "a"u8, Payload = [1] })),
            .. Wire.Written(output => MqttWriter.WritePublish(
                output, new PublishPacket { Topic = "b"u8, Payload = [2, 3], QoS = MqttQoS.AtLeastOnce, PacketId = 7 })),
        ]);

        Assert.Equal("PubAck id=7", await peer.ReadAsync());
        Assert.Equal(["a=01", "b=0203"], taken);
        Assert.False(client.Messages.TryRead(out _));
    }

    [Fact]
    public async Task What_takes_the_messages_and_throws_ends_the_connection_without_an_acknowledgement()
    {
        await using var peer = new Peer();
        MqttClient client = await peer.ConnectAsync(new MqttClientOptions
        {
            Host = "127.0.0.1",
            Port = peer.Port,
            ClientId = "device",
            OnMessage = (_, _) => throw new InvalidOperationException("no room"),
        });
        await peer.SendAsync(output => MqttWriter.WritePublish(
            output, new PublishPacket { Topic = "b"u8, Payload = [2, 3], QoS = MqttQoS.AtLeastOnce, PacketId = 7 }));

        MqttException failure = await Failing.WithAsync(MqttFailure.Network, client.Completion);
        Assert.Contains("no room", failure.Message, StringComparison.Ordinal);
        Assert.Equal("end", await peer.ReadAsync());
    }

    [Fact]
    public async Task A_message_of_128_KiB_is_delivered()
    {
        await using var peer = new Peer();
        MqttClient client = await peer.ConnectAsync();
        byte[] payload = [.. Enumerable.Range(0, 128 * 1024).Select(i => (byte)(i * 31))];
        await peer.SendAsync(output => MqttWriter.WritePublish(output, new PublishPacket { Topic = "t"u8, Payload = payload }));

        MqttMessage message = await client.Messages.ReadAsync().AsTask().WaitAsync(Peer.Deadline);

        Assert.True(message.Payload.Span.SequenceEqual(payload));
    }

    [Fact]
    public async Task A_message_is_acknowledged_only_when_there_was_room_for_it()
    {
        const int Capacity = 256;
        const int Count = Capacity + 44;
        await using var peer = new Peer();
        MqttClient client = await peer.ConnectAsync();
        for (ushort id = 1; id <= Count; id++)
        {
            await peer.SendAsync(output => MqttWriter.WritePublish(
                output, new PublishPacket { Topic = "t"u8, Payload = [(byte)id], QoS = MqttQoS.AtLeastOnce, PacketId = id }));
        }

        // The application's own packets still leave while the read loop waits: the marker overtakes the 257th PUBACK.
        for (int id = 1; id <= Capacity; id++)
        {
            Assert.Equal($"PubAck id={id}", await peer.ReadAsync());
        }

        await client.PublishAsync("marker", default, MqttQoS.AtMostOnce, default).WaitAsync(Peer.Deadline);
        Assert.StartsWith("Publish 'marker'", await peer.ReadAsync(), StringComparison.Ordinal);
        for (int id = 1; id <= Count; id++)
        {
            MqttMessage message = await client.Messages.ReadAsync().AsTask().WaitAsync(Peer.Deadline);
            Assert.Equal((byte)id, message.Payload.Span[0]);
            if (id + Capacity <= Count)
            {
                Assert.Equal($"PubAck id={id + Capacity}", await peer.ReadAsync());
            }
        }
    }
}
