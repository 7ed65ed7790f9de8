using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Mqtt;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt;
using Defender.Mqtt.Client;
using Xunit;

namespace Defender.Gateway.Tests.Mqtt;

/// <summary>Messages from client to client: who gets them, and what becomes of a client that does not take them.</summary>
public sealed class DeliveryTests
{
    [Fact]
    public async Task Overlapping_subscriptions_deliver_once_at_the_higher_quality()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        await using MqttClient client = await gateway.ConnectAsync("client");
        await client.SubscribeAsync("a/#", MqttQoS.AtMostOnce, CancellationToken.None);
        await client.SubscribeAsync("a/+", MqttQoS.AtLeastOnce, CancellationToken.None);

        await client.PublishAsync("a/b", new byte[] { 1 }, MqttQoS.AtLeastOnce, CancellationToken.None);
        await client.PublishAsync("a/end", new byte[] { 2 }, MqttQoS.AtMostOnce, CancellationToken.None);

        MqttMessage first = await client.Messages.ReadAsync().AsTask().WaitAsync(TestGateway.Deadline);
        MqttMessage second = await client.Messages.ReadAsync().AsTask().WaitAsync(TestGateway.Deadline);
        Assert.Equal(("a/b", MqttQoS.AtLeastOnce), (first.Topic, first.QoS));
        Assert.Equal(("a/end", MqttQoS.AtMostOnce), (second.Topic, second.QoS));
    }

    [Fact]
    public async Task After_UNSUBSCRIBE_nothing_comes()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        await using MqttClient client = await gateway.ConnectAsync("client");
        await client.SubscribeAsync("a/b", MqttQoS.AtLeastOnce, CancellationToken.None);
        await client.SubscribeAsync("a/end", MqttQoS.AtLeastOnce, CancellationToken.None);

        await client.UnsubscribeAsync("a/b", CancellationToken.None);
        await client.UnsubscribeAsync("never/subscribed", CancellationToken.None);
        await client.PublishAsync("a/b", new byte[1], MqttQoS.AtLeastOnce, CancellationToken.None);
        await client.PublishAsync("a/end", new byte[1], MqttQoS.AtLeastOnce, CancellationToken.None);

        Assert.Equal("end", (await client.NextAsync()).Kind);
    }

    [Fact]
    public async Task The_51st_subscription_is_refused_and_one_given_up_makes_room()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        await using MqttClient client = await gateway.ConnectAsync("client");
        for (int i = 0; i < MqttLimits.Aws.MaxSubscriptions; i++)
            Assert.Equal(MqttQoS.AtLeastOnce, await client.SubscribeAsync($"f/{i}", MqttQoS.AtLeastOnce, CancellationToken.None));

        MqttException refused = await Assert.ThrowsAsync<MqttException>(
            () => client.SubscribeAsync("one/more", MqttQoS.AtLeastOnce, CancellationToken.None));
        Assert.Equal(MqttFailure.Refused, refused.Failure);
        await client.SubscribeAsync("f/0", MqttQoS.AtMostOnce, CancellationToken.None);
        await client.UnsubscribeAsync("f/1", CancellationToken.None);
        await client.SubscribeAsync("one/more", MqttQoS.AtLeastOnce, CancellationToken.None);
    }

    [Theory]
    [InlineData(7, true)]
    [InlineData(8, false)]
    [InlineData(60_000, false)]
    public async Task A_filter_has_at_most_seven_slashes(int slashes, bool taken)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        await using MqttClient client = await gateway.ConnectAsync("client");

        Task<MqttQoS> subscribed = client.SubscribeAsync(new string('/', slashes), MqttQoS.AtLeastOnce, CancellationToken.None);

        if (taken)
            await subscribed;
        else
            Assert.Equal(MqttFailure.Refused, (await Assert.ThrowsAsync<MqttException>(() => subscribed)).Failure);
    }

    [Theory]
    [InlineData("$SYS/broker")]
    [InlineData("$")]
    [InlineData("$aws/things/pump-17/defender/metrics/json/accepted")]
    [InlineData("$aws/things/pump-17/defender/metrics/json/rejected")]
    [InlineData("$aws/things/pump-17/defender/metrics/xml")]
    [InlineData("$share/group/a")]
    public async Task A_reserved_topic_cannot_be_published_to(string topic)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        await using MqttClient client = await gateway.ConnectAsync("client");
        await client.SubscribeAsync(topic, MqttQoS.AtLeastOnce, CancellationToken.None);
        await client.SubscribeAsync("end", MqttQoS.AtLeastOnce, CancellationToken.None);

        await client.PublishAsync(topic, "forged"u8.ToArray(), MqttQoS.AtLeastOnce, CancellationToken.None);
        await client.PublishAsync("end", new byte[1], MqttQoS.AtLeastOnce, CancellationToken.None);

        Assert.Equal("end", (await client.NextAsync()).Kind);
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_closed_and_others_go_on()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        await using MqttClient publisher = await gateway.ConnectAsync("publisher");
        using RawPeer deaf = await RawPeer.OpenAsync(gateway.Host.MqttPort, receiveBuffer: 4096);
        await deaf.ConnectAsync("deaf");
        await deaf.SendAsync([0x82, 8, 0, 1, 0, 3, (byte)'a', (byte)'/', (byte)'b', 0]);
        Assert.Equal([0x90, 3, 0, 1, 0], await deaf.ReadAsync(5));

        // More than all buffers on the way: sockets on loopback take some megabytes.
        byte[] payload = new byte[100_000];
        int sent = 0;
        for (; sent < 1000 && !gateway.Log.Lines.Any(IsClosed); sent++)
            await publisher.PublishAsync("a/b", payload, MqttQoS.AtLeastOnce, CancellationToken.None);

        await gateway.Log.WaitForAsync("client deaf ", "it does not take what is sent to it");
        Assert.InRange(sent, MqttLimits.Aws.MaxPendingBytes / payload.Length, 999);
        await publisher.ReportAsync("pump-17", Reports.Listening(1));

        static bool IsClosed(string line) => line.Contains("client deaf ", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_is_refused_and_does_not_read_holds_no_socket()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        await using MqttClient publisher = await gateway.ConnectAsync("publisher");
        using RawPeer deaf = await RawPeer.OpenAsync(gateway.Host.MqttPort, receiveBuffer: 4096);
        await deaf.ConnectAsync("deaf");
        await deaf.SendAsync(RawPeer.Subscribe("a/b"));
        await deaf.ReadAsync(5);

        // Enough to stop the socket, too little for the bound: the bytes wait in the transport.
        byte[] payload = new byte[100_000];
        for (int i = 0; i < 40; i++)
            await publisher.PublishAsync("a/b", payload, MqttQoS.AtMostOnce, CancellationToken.None);
        await publisher.ReportAsync("pump-17", Reports.Listening(1));
        await deaf.SendAsync([0]);
        await gateway.Log.WaitForAsync("client deaf ", "closed");

        // An open socket would take this for ever.
        await Assert.ThrowsAsync<System.Net.Sockets.SocketException>(async () =>
        {
            using var deadline = new CancellationTokenSource(TestGateway.Deadline);
            while (!deadline.IsCancellationRequested)
            {
                await deaf.SendAsync([0]);
                await Task.Yield();
            }
        });
    }

    [Fact]
    public async Task A_burst_over_the_window_waits_for_acknowledgements_and_comes_whole_and_in_order()
    {
        int messages = 3 * MqttLimits.Aws.MaxUnacknowledged;
        await using TestGateway gateway = await TestGateway.StartAsync();
        await using MqttClient publisher = await gateway.ConnectAsync("publisher");
        using RawPeer subscriber = await gateway.OpenAsync();
        await subscriber.ConnectAsync("subscriber");
        await subscriber.SendAsync(RawPeer.Subscribe("a/b"));
        await subscriber.ReadAsync(5);

        for (int i = 0; i < messages; i++)
            await publisher.PublishAsync("a/b", new[] { (byte)(i >> 8), (byte)i }, MqttQoS.AtLeastOnce, CancellationToken.None);

        // Nothing over the window comes by itself: the answer to a ping is next.
        byte[][] window = new byte[MqttLimits.Aws.MaxUnacknowledged][];
        for (int i = 0; i < window.Length; i++)
            window[i] = await subscriber.ReadAsync(11);
        await subscriber.SendAsync([0xC0, 0]);
        Assert.Equal([0xD0, 0], await subscriber.ReadAsync(2));

        for (int i = 0; i < messages; i++)
        {
            byte[] packet = i < window.Length ? window[i] : await subscriber.ReadAsync(11);
            Assert.Equal([0x32, 9, 0, 3, (byte)'a', (byte)'/', (byte)'b'], packet[..7]);
            Assert.Equal([(byte)(i >> 8), (byte)i], packet[9..]);
            await subscriber.SendAsync([0x40, 2, packet[7], packet[8]]);
        }
    }

    [Fact]
    public async Task A_client_that_never_acknowledges_is_closed_when_too_much_waits()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        await using MqttClient publisher = await gateway.ConnectAsync("publisher");
        using RawPeer stubborn = await gateway.OpenAsync();
        await stubborn.ConnectAsync("stubborn");
        await stubborn.SendAsync(RawPeer.Subscribe("a/b"));
        await stubborn.ReadAsync(5);
        Task<byte[]> read = stubborn.ReadToCloseAsync();
        byte[] payload = new byte[10_000];

        for (int i = 0; i < MqttLimits.Aws.MaxUnacknowledged + (MqttLimits.Aws.MaxPendingBytes / payload.Length) + 1; i++)
            await publisher.PublishAsync("a/b", payload, MqttQoS.AtLeastOnce, CancellationToken.None);

        await read;
        await gateway.Log.WaitForAsync("client stubborn ", "it does not take what is sent to it");
        await publisher.ReportAsync("pump-17", Reports.Listening(1));
    }
}
