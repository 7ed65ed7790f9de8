using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Mqtt;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt;
using Defender.Mqtt.Client;
using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests.Mqtt;

/// <summary>How a connection lives and ends: time limits, takeover, will.</summary>
public sealed class SessionTests
{
    private readonly ManualTime _clock = new();

    [Fact]
    public async Task A_connection_that_says_nothing_is_closed()
    {
        await using HeldSession session = await HeldSession.StartAsync(_clock);

        _clock.Advance(MqttLimits.Aws.ConnectTimeout - TimeSpan.FromSeconds(1));
        Assert.False(session.Running.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("it was silent for too long", (await session.Running.WaitAsync(TestGateway.Deadline)).Reason);
        Assert.True(session.Client.Ended!.IsRefusal);
    }

    [Fact]
    public async Task A_CONNECT_in_drops_buys_no_time()
    {
        await using HeldSession session = await HeldSession.StartAsync(_clock);
        byte[] connect = RawPeer.Connect("slow");

        for (int i = 0; i < 4; i++)
        {
            await session.SendAsync(connect[i]);
            _clock.Advance(MqttLimits.Aws.ConnectTimeout / 4);
        }

        Assert.Equal("it was silent for too long", (await session.Running.WaitAsync(TestGateway.Deadline)).Reason);
    }

    [Theory]
    [InlineData("nothing", false)]
    [InlineData("bytes", false)]
    [InlineData("packets", true)]
    public async Task Keep_alive_counts_packets_and_not_bytes(string sent, bool lives)
    {
        await using HeldSession session = await HeldSession.StartAsync(_clock);
        await session.SendAsync(RawPeer.Connect("client", keepAlive: 10));
        byte[] publish = RawPeer.Publish("a/b", new byte[100]);

        for (int i = 0; i < 2; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(7.4));
            await session.SendAsync(sent switch { "packets" => [0xC0, 0], "bytes" => [publish[i]], _ => [] });
        }

        Assert.False(session.Running.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        if (lives)
            Assert.False(session.Running.IsCompleted);
        else
            Assert.Equal("it was silent for too long", (await session.Running.WaitAsync(TestGateway.Deadline)).Reason);
    }

    [Fact]
    public async Task A_silent_client_is_closed_and_logged_and_one_that_pings_stays()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(clock: _clock);
        using RawPeer silent = await gateway.OpenAsync(), alive = await gateway.OpenAsync();
        await silent.ConnectAsync("silent", keepAlive: 10);
        await alive.ConnectAsync("alive", keepAlive: 10);

        _clock.Advance(TimeSpan.FromSeconds(10));
        await PingAsync(alive);
        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Empty(await silent.ReadToCloseAsync());
        await gateway.Log.WaitForAsync($"client silent ({silent.LocalEndPoint}) closed: it was silent for too long");
        await PingAsync(alive);
    }

    [Fact]
    public async Task Keep_alive_of_zero_is_held_to_AWS_s_longest()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(clock: _clock);
        using RawPeer peer = await gateway.OpenAsync();
        await peer.ConnectAsync("eternal", keepAlive: 0);

        _clock.Advance(MqttLimits.Aws.MaxKeepAlive * 1.5 - TimeSpan.FromSeconds(1));
        await PingAsync(peer);
        _clock.Advance(MqttLimits.Aws.MaxKeepAlive * 1.5);

        Assert.Empty(await peer.ReadToCloseAsync());
    }

    [Fact]
    public async Task Waiting_for_the_gateway_is_not_the_client_s_silence()
    {
        FaultyStore? store = null;
        await using TestGateway gateway = await TestGateway.StartAsync(clock: _clock, openStore: directory => store = new FaultyStore(directory));
        using RawPeer device = await gateway.OpenAsync();
        await device.ConnectAsync("pump-17", keepAlive: 10);
        store!.Hold();
        await device.SendAsync(RawPeer.Publish(Reports.Topic("pump-17"), Reports.Listening(1), packetId: 9));
        Assert.True(store.AtGate.Wait(TestGateway.Deadline));

        _clock.Advance(TimeSpan.FromSeconds(60));
        store.Gate.Set();

        Assert.Equal([0x40, 2, 0, 9], await device.ReadAsync(4));
        await PingAsync(device);
    }

    [Fact]
    public async Task A_newer_connection_takes_the_client_identifier_over()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        await using MqttClient other = await gateway.ConnectAsync("other");
        using RawPeer first = await gateway.OpenAsync(), second = await gateway.OpenAsync();
        await first.ConnectAsync("pump-17");
        await first.SendAsync(RawPeer.Subscribe("a/b"));
        Assert.Equal([0x90, 3, 0, 1, 1], await first.ReadAsync(5));

        await second.ConnectAsync("pump-17");

        Assert.Empty(await first.ReadToCloseAsync());
        await gateway.Log.WaitForAsync("client pump-17 ", "another connection took its client identifier");

        // The subscription went with its connection, and the new one is not ended by the old one's end.
        await other.PublishAsync("a/b", new byte[1], MqttQoS.AtLeastOnce, CancellationToken.None);
        await PingAsync(second);
    }

    [Fact]
    public async Task Takeovers_and_subscriptions_at_once_leave_one_client_and_no_failure()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async worker =>
        {
            for (int i = 0; i < 50; i++)
            {
                using RawPeer peer = await gateway.OpenAsync();
                byte[] session = [
                    .. RawPeer.Connect("contested"), .. RawPeer.Subscribe("#", "+/b", "a/b"), .. RawPeer.Publish("a/b", new byte[200], packetId: 3)];
                await peer.SendAsync(i % 3 == worker % 3 ? [.. session, 0xE0, 0] : session);
                peer.Finish();
                await peer.ReadToCloseAsync(); // so that none of them is still on its way when the last one comes
            }
        }));

        using RawPeer last = await gateway.OpenAsync();
        await last.ConnectAsync("contested");
        await PingAsync(last);
        Assert.DoesNotContain(gateway.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("lost")]
    [InlineData("refused")]
    [InlineData("silent")]
    [InlineData("taken over")]
    public async Task The_will_is_published_when_the_client_goes_without_DISCONNECT(string end)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(clock: _clock);
        await using MqttClient listener = await gateway.ConnectAsync("listener");
        await listener.SubscribeAsync("will/#", MqttQoS.AtLeastOnce, CancellationToken.None);
        using RawPeer dying = await gateway.OpenAsync(), heir = await gateway.OpenAsync();
        await dying.ConnectAsync("dying", keepAlive: 10, will: ("will/dying", "gone"));

        switch (end)
        {
            case "lost":
                dying.Dispose();
                break;
            case "refused":
                await dying.SendAsync([0]);
                break;
            case "silent":
                _clock.Advance(TimeSpan.FromSeconds(15));
                break;
            default:
                await heir.ConnectAsync("dying");
                break;
        }

        (string topic, byte[] message) = await listener.NextAsync();
        Assert.Equal("dying", topic);
        Assert.Equal("gone"u8.ToArray(), message);
    }

    [Fact]
    public async Task The_will_is_dropped_with_DISCONNECT_and_nobody_s_will_speaks_on_a_reserved_topic()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        await using MqttClient listener = await gateway.ConnectAsync("listener");
        await listener.SubscribeAsync("will/#", MqttQoS.AtLeastOnce, CancellationToken.None);
        await listener.ListenForAnswersAsync("pump-17");
        using (RawPeer polite = await gateway.OpenAsync())
        {
            await polite.ConnectAsync("polite", will: ("will/polite", "gone"));
            await polite.SendAsync([0xE0, 0]);
            await polite.ReadToCloseAsync();
        }

        foreach (string topic in new[] { $"{Reports.Topic("pump-17")}/accepted", Reports.Topic("pump-17") })
        {
            using RawPeer forger = await gateway.OpenAsync();
            await forger.ConnectAsync("forger", will: (topic, "forged"));
            await forger.SendAsync([0]);
            await forger.ReadToCloseAsync();
        }

        using RawPeer last = await gateway.OpenAsync();
        await last.ConnectAsync("last", will: ("will/last", "gone"));
        await last.SendAsync([0]);
        Assert.Equal("last", (await listener.NextAsync()).Kind);
    }

    private static async Task PingAsync(RawPeer peer)
    {
        await peer.SendAsync([0xC0, 0]);
        Assert.Equal([0xD0, 0], await peer.ReadAsync(2));
    }
}
