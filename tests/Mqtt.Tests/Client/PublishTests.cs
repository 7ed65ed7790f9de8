using System;
using System.Threading;
using System.Threading.Tasks;
using Defender.Mqtt.Client;
using Defender.Mqtt.Packets;
using Defender.Tests;
using Xunit;

namespace Defender.Mqtt.Tests.Client;

public sealed class PublishTests
{
    [Fact]
    public async Task QoS_0_is_sent_and_done()
    {
        await using var peer = new Peer();
        MqttClient client = await peer.ConnectAsync();

        await client.PublishAsync("a/b", new byte[] { 1, 2 }, MqttQoS.AtMostOnce, default).WaitAsync(Peer.Deadline);

        Assert.Equal("Publish 'a/b' 0102 qos=0 dup=False retain=False id=0", await peer.ReadAsync());
    }

    [Fact]
    public async Task QoS_1_is_done_at_its_own_PUBACK()
    {
        await using var peer = new Peer();
        MqttClient client = await peer.ConnectAsync();
        Task first = client.PublishAsync("a", new byte[] { 1 }, MqttQoS.AtLeastOnce, default);
        Assert.Equal("Publish 'a' 01 qos=1 dup=False retain=False id=1", await peer.ReadAsync());
        Task second = client.PublishAsync("a", new byte[] { 2 }, MqttQoS.AtLeastOnce, default);
        Assert.Equal("Publish 'a' 02 qos=1 dup=False retain=False id=2", await peer.ReadAsync());

        await peer.SendAsync(output => MqttWriter.WritePubAck(output, 2));
        await second.WaitAsync(Peer.Deadline);
        Assert.False(first.IsCompleted);
        await peer.SendAsync(output => MqttWriter.WritePubAck(output, 1));

        await first.WaitAsync(Peer.Deadline);
    }

    [Fact]
    public async Task A_PUBACK_that_never_comes_ends_the_connection()
    {
        var time = new ManualTime();
        await using var peer = new Peer();
        MqttClient client = await peer.ConnectAsync(peer.Options(time));
        Task publishing = client.PublishAsync("a", default, MqttQoS.AtLeastOnce, default);
        await peer.ReadAsync();
        await time.WhenTimerIsSetAsync(TimeSpan.FromSeconds(10));

        time.Advance(TimeSpan.FromSeconds(10));

        await Failing.WithAsync(MqttFailure.Timeout, publishing);
        await Failing.WithAsync(MqttFailure.Timeout, client.Completion);
        Assert.Equal("end", await peer.ReadAsync());
    }

    [Fact]
    public async Task A_call_over_the_in_flight_limit_waits_for_room()
    {
        await using var peer = new Peer();
        MqttClient client = await MqttClientWithLimitAsync(peer, 1);
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

    [Fact]
    public async Task The_end_of_the_connection_wakes_calls_that_wait_for_room()
    {
        await using var peer = new Peer();
        MqttClient client = await MqttClientWithLimitAsync(peer, 1);
        Task first = client.PublishAsync("a", default, MqttQoS.AtLeastOnce, default);
        await peer.ReadAsync();
        Task second = client.PublishAsync("b", default, MqttQoS.AtLeastOnce, default);

        peer.Close();

        await Failing.WithAsync(MqttFailure.Closed, first);
        await Failing.WithAsync(MqttFailure.Closed, second);
    }

    [Fact]
    public async Task A_caller_that_gives_up_leaves_the_connection_and_the_late_PUBACK_in_order()
    {
        await using var peer = new Peer();
        MqttClient client = await peer.ConnectAsync();
        using var cancellation = new CancellationTokenSource();
        Task abandoned = client.PublishAsync("a", default, MqttQoS.AtLeastOnce, cancellation.Token);
        await peer.ReadAsync();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned.WaitAsync(Peer.Deadline));

        Task next = client.PublishAsync("b", default, MqttQoS.AtLeastOnce, default);
        Assert.Equal("Publish 'b'  qos=1 dup=False retain=False id=2", await peer.ReadAsync());
        await peer.SendAsync(output => MqttWriter.WritePubAck(output, 1));
        await peer.SendAsync(output => MqttWriter.WritePubAck(output, 2));

        await next.WaitAsync(Peer.Deadline);
        Assert.False(client.Completion.IsCompleted);
    }

    [Fact]
    public async Task Many_tasks_publish_at_once_and_every_packet_arrives_whole()
    {
        const int Count = 200;
        await using var peer = new Peer();
        MqttClient client = await peer.ConnectAsync();
        var publishing = new Task[Count];
        for (int i = 0; i < Count; i++)
        {
            byte[] payload = new byte[1000 + i];
            publishing[i] = Task.Run(() => client.PublishAsync("t", payload, MqttQoS.AtLeastOnce, default));
        }

        for (int i = 0; i < Count; i++)
        {
            string packet = await peer.ReadAsync();
            Assert.StartsWith("Publish 't' 00", packet, StringComparison.Ordinal);
            ushort id = ushort.Parse(packet[(packet.LastIndexOf('=') + 1)..], null);
            await peer.SendAsync(output => MqttWriter.WritePubAck(output, id));
        }

        await Task.WhenAll(publishing).WaitAsync(Peer.Deadline);
    }

    [Fact]
    public async Task A_bad_argument_is_the_callers_bug_and_leaves_the_connection_alone()
    {
        await using var peer = new Peer();
        MqttClient client = await peer.ConnectAsync();

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => client.PublishAsync("a", default, MqttQoS.ExactlyOnce, default));
        await Assert.ThrowsAsync<ArgumentException>(() => client.PublishAsync("a/#", default, MqttQoS.AtMostOnce, default));
        await Assert.ThrowsAsync<ArgumentException>(() => client.PublishAsync("a\uD800", default, MqttQoS.AtMostOnce, default));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => client.SubscribeAsync("a", MqttQoS.ExactlyOnce, default));
        await Assert.ThrowsAsync<ArgumentException>(() => client.SubscribeAsync("a#", MqttQoS.AtMostOnce, default));
        await Assert.ThrowsAsync<ArgumentException>(() => client.UnsubscribeAsync("", default));

        await client.PublishAsync("good", default, MqttQoS.AtMostOnce, default).WaitAsync(Peer.Deadline);
        Assert.StartsWith("Publish 'good'", await peer.ReadAsync(), StringComparison.Ordinal);
    }

    private static Task<MqttClient> MqttClientWithLimitAsync(Peer peer, int limit)
        => peer.ConnectAsync(new MqttClientOptions
        {
            Host = "127.0.0.1",
            Port = peer.Port,
            ClientId = "device",
            KeepAlive = TimeSpan.Zero,
            MaxInFlight = limit,
        });
}
