using System;
using System.Threading.Tasks;
using Defender.Mqtt.Client;
using Defender.Mqtt.Packets;
using Defender.Tests;
using Xunit;

namespace Defender.Mqtt.Tests.Client;

/// <summary>A keep-alive of 60 s: the client speaks after 45 s of its own silence.</summary>
public sealed class KeepAliveTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan AckTimeout = TimeSpan.FromSeconds(10);
    private readonly ManualTime _time = new();

    [Fact]
    public async Task A_silent_client_pings_again_and_again()
    {
        await using var peer = new Peer();
        MqttClient client = await peer.ConnectAsync(peer.Options(_time, keepAliveSeconds: 60));
        for (int round = 0; round < 3; round++)
        {
            await _time.WhenTimerIsSetAsync(Interval);
            _time.Advance(Interval);
            Assert.Equal("PingReq", await peer.ReadAsync());
            await peer.SendAsync(MqttWriter.WritePingResp);
        }

        await _time.WhenTimerIsSetAsync(Interval);
        Assert.False(client.Completion.IsCompleted);
    }

    [Fact]
    public async Task A_client_that_has_sent_something_pings_later()
    {
        await using var peer = new Peer();
        MqttClient client = await peer.ConnectAsync(peer.Options(_time, keepAliveSeconds: 60));
        await _time.WhenTimerIsSetAsync(Interval);
        _time.Advance(TimeSpan.FromSeconds(40));
        await client.PublishAsync("first", default, MqttQoS.AtMostOnce, default).WaitAsync(Peer.Deadline);
        _time.Advance(TimeSpan.FromSeconds(5));
        await _time.WhenTimerIsSetAsync(TimeSpan.FromSeconds(40));
        await client.PublishAsync("second", default, MqttQoS.AtMostOnce, default).WaitAsync(Peer.Deadline);

        Assert.StartsWith("Publish 'first'", await peer.ReadAsync(), StringComparison.Ordinal);
        Assert.StartsWith("Publish 'second'", await peer.ReadAsync(), StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromSeconds(40));
        await _time.WhenTimerIsSetAsync(TimeSpan.FromSeconds(5));
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("PingReq", await peer.ReadAsync());
    }

    [Fact]
    public async Task A_missing_answer_ends_the_connection()
    {
        await using var peer = new Peer();
        MqttClient client = await peer.ConnectAsync(peer.Options(_time, keepAliveSeconds: 60));
        await _time.WhenTimerIsSetAsync(Interval);
        _time.Advance(Interval);
        Assert.Equal("PingReq", await peer.ReadAsync());
        await _time.WhenTimerIsSetAsync(AckTimeout);

        _time.Advance(AckTimeout);

        await Failing.WithAsync(MqttFailure.Timeout, client.Completion);
        Assert.Equal("end", await peer.ReadAsync());
    }

    [Fact]
    public async Task An_answer_behind_messages_that_the_application_does_not_take_is_waited_for()
    {
        await using var peer = new Peer();
        MqttClient client = await peer.ConnectAsync(peer.Options(_time, keepAliveSeconds: 60));
        for (int i = 0; i <= 256; i++)
        {
            await peer.SendAsync(output => MqttWriter.WritePublish(
                output, new PublishPacket { Topic = "t"u8, QoS = MqttQoS.AtLeastOnce, PacketId = (ushort)(i + 1) }));
        }

        for (int i = 0; i < 256; i++)
        {
            await peer.ReadAsync();
        }

        await _time.WhenTimerIsSetAsync(Interval);
        _time.Advance(Interval);
        Assert.Equal("PingReq", await peer.ReadAsync());
        await _time.WhenTimerIsSetAsync(AckTimeout);
        _time.Advance(AckTimeout);
        await _time.WhenTimerIsSetAsync(AckTimeout);
        Assert.False(client.Completion.IsCompleted);

        Assert.True(client.Messages.TryRead(out _));
        Assert.Equal("PubAck id=257", await peer.ReadAsync());
        await peer.SendAsync(MqttWriter.WritePingResp);
        await _time.WhenTimerIsSetAsync(Interval);
    }

    [Fact]
    public async Task A_second_answer_to_one_ping_ends_the_connection()
    {
        await using var peer = new Peer();
        MqttClient client = await peer.ConnectAsync(peer.Options(_time, keepAliveSeconds: 60));
        await _time.WhenTimerIsSetAsync(Interval);
        _time.Advance(Interval);
        Assert.Equal("PingReq", await peer.ReadAsync());

        await peer.SendAsync(MqttWriter.WritePingResp);
        await peer.SendAsync(MqttWriter.WritePingResp);

        await Failing.WithAsync(MqttFailure.Protocol, client.Completion);
        Assert.Equal("end", await peer.ReadAsync());
    }

    [Fact]
    public async Task Without_keep_alive_an_idle_client_sets_no_timer()
    {
        await using var peer = new Peer();
        MqttClient client = await peer.ConnectAsync(peer.Options(_time, keepAliveSeconds: 0));

        Assert.Equal(0, _time.TimersSet);
    }
}
