using System;
using System.Threading.Tasks;
using Defender.Mqtt.Client;
using Defender.Mqtt.Packets;
using Defender.Tests;
using Xunit;

namespace Defender.Mqtt.Tests.Client;

public sealed class EndTests
{
    [Fact]
    public async Task Disconnect_says_so_to_the_server_and_ends_well()
    {
        await using var peer = new Peer();
        MqttClient client = await peer.ConnectAsync();
        Task publishing = client.PublishAsync("a", default, MqttQoS.AtLeastOnce, default);
        await peer.ReadAsync();
        Task disconnecting = client.DisconnectAsync(default);

        Assert.Equal("Disconnect", await peer.ReadAsync());
        Assert.Equal("end", await peer.ReadAsync());
        peer.Close();

        await disconnecting.WaitAsync(Peer.Deadline);
        await client.Completion.WaitAsync(Peer.Deadline);
        await client.Messages.Completion.WaitAsync(Peer.Deadline);
        await Failing.WithAsync(MqttFailure.Closed, publishing);
        await Failing.WithAsync(MqttFailure.Closed, client.PublishAsync("a", default, MqttQoS.AtMostOnce, default));
        await Failing.WithAsync(MqttFailure.Closed, client.SubscribeAsync("a", MqttQoS.AtMostOnce, default));
    }

    [Fact]
    public async Task Disconnect_does_not_wait_for_a_server_that_never_closes()
    {
        var time = new ManualTime();
        await using var peer = new Peer();
        MqttClient client = await peer.ConnectAsync(peer.Options(time));
        Task disconnecting = client.DisconnectAsync(default);
        Assert.Equal("Disconnect", await peer.ReadAsync());
        await time.WhenTimerIsSetAsync(TimeSpan.FromSeconds(1));

        time.Advance(TimeSpan.FromSeconds(1));

        await disconnecting.WaitAsync(Peer.Deadline);
        await client.Completion.WaitAsync(Peer.Deadline);
    }

    [Fact]
    public async Task Dispose_disconnects_and_may_be_repeated()
    {
        await using var peer = new Peer();
        MqttClient client = await peer.ConnectAsync();
        Task disposing = client.DisposeAsync().AsTask();

        Assert.Equal("Disconnect", await peer.ReadAsync());
        peer.Close();

        await disposing.WaitAsync(Peer.Deadline);
        await client.DisposeAsync();
        await client.DisconnectAsync(default);
        Assert.True(client.Completion.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_lost_connection_fails_everything_that_waits()
    {
        await using var peer = new Peer();
        MqttClient client = await peer.ConnectAsync();
        Task publishing = client.PublishAsync("a", default, MqttQoS.AtLeastOnce, default);
        await peer.ReadAsync();
        Task<MqttQoS> subscribing = client.SubscribeAsync("a", MqttQoS.AtMostOnce, default);
        await peer.ReadAsync();

        peer.Close();

        await Failing.WithAsync(MqttFailure.Closed, publishing);
        await Failing.WithAsync(MqttFailure.Closed, subscribing);
        await Failing.WithAsync(MqttFailure.Closed, client.Completion);
        await client.Messages.Completion.WaitAsync(Peer.Deadline);
        await Failing.WithAsync(MqttFailure.Closed, client.PublishAsync("a", default, MqttQoS.AtLeastOnce, default));
        await client.DisconnectAsync(default).WaitAsync(Peer.Deadline);
    }

    [Theory]
    // Garbage, a malformed packet, a packet over the limit of 197,072 bytes.
    [InlineData("00")]
    [InlineData("48 54 54 50")]
    [InlineData("30 02 00 00")]
    [InlineData("40 02 00 00")]
    [InlineData("30 80 84 0C")]
    // Acknowledgements of nothing, and of the wrong kind for the PUBLISH in flight.
    [InlineData("40 02 00 09")]
    [InlineData("B0 02 00 01")]
    [InlineData("90 03 00 01 00")]
    [InlineData("90 04 00 01 00 00")]
    // An answer to no PINGREQ.
    [InlineData("D0 00")]
    // A QoS 2 delivery that was not asked for.
    [InlineData("34 05 00 01 61 00 01")]
    [InlineData("50 02 00 01")]
    // The wrong direction, or a second CONNACK.
    [InlineData("10 0C 00 04 4D 51 54 54 04 02 00 00 00 00")]
    [InlineData("20 02 00 00")]
    [InlineData("82 06 00 01 00 01 61 00")]
    [InlineData("A2 05 00 01 00 01 61")]
    [InlineData("C0 00")]
    [InlineData("E0 00")]
    public async Task What_the_server_must_not_send_ends_the_connection(string hex)
    {
        await using var peer = new Peer();
        MqttClient client = await peer.ConnectAsync();
        Task publishing = client.PublishAsync("a", default, MqttQoS.AtLeastOnce, default);
        await peer.ReadAsync();

        await peer.SendAsync(Wire.Hex(hex));

        await Failing.WithAsync(MqttFailure.Protocol, client.Completion);
        await Failing.WithAsync(MqttFailure.Protocol, publishing);
        Assert.Equal("end", await peer.ReadAsync());
    }

    [Fact]
    public async Task Messages_that_came_before_the_end_can_still_be_read()
    {
        await using var peer = new Peer();
        MqttClient client = await peer.ConnectAsync();
        await peer.SendAsync(output => MqttWriter.WritePublish(output, new PublishPacket { Topic = "last"u8 }));
        peer.Close();
        await Failing.WithAsync(MqttFailure.Closed, client.Completion);

        Assert.True(client.Messages.TryRead(out MqttMessage? message));
        Assert.Equal("last", message.Topic);
        Assert.False(await client.Messages.WaitToReadAsync().AsTask().WaitAsync(Peer.Deadline));
    }
}
