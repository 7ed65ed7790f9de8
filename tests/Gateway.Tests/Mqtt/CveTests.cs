using System;
using System.IO;
using System.IO.Pipelines;
using System.Linq;
using System.Net;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Mqtt;
using Defender.Gateway.Mqtt.Connections;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt;
using Defender.Mqtt.Packets;
using Defender.Tests;
using Microsoft.AspNetCore.Connections;
using Xunit;

namespace Defender.Gateway.Tests.Mqtt;

/// <summary>
/// What other brokers fell for, tried on a running gateway. Elsewhere: 2021-34432, 2018-12543, 2021-41039, 2026-21888, 2025-68699
/// and 2023-3592 with the packets (Mqtt.Tests, CveTests; 2025-68699 also in <see cref="V5SubscribeTests"/>); 2017-7650,
/// 2026-44838, 2018-12550 and 2018-12551 in PolicyAttackTests and PasswordTests; 2017-7652 in PolicyStoreTests; 2021-34434 and
/// 2018-12546 in <see cref="PolicySessionTests"/>.
/// </summary>
public sealed class CveTests
{
    [Theory]
    [InlineData(0x10)]
    [InlineData(0x30)]
    public async Task CVE_2017_7651_a_huge_length_closes_before_any_of_it_is_there(byte first)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using RawPeer stranger = await gateway.OpenAsync(), client = await gateway.OpenAsync();
        await client.ConnectAsync("pump-17");

        await stranger.SendAsync([first, 0xFF, 0xFF, 0xFF, 0x7F]);
        await client.SendAsync([0x30, 0xFF, 0xFF, 0xFF, 0x7F]);

        Assert.Empty(await stranger.ReadToCloseAsync());
        Assert.Empty(await client.ReadToCloseAsync());
    }

    [Fact]
    public async Task CVE_2023_0809_the_first_byte_decides_and_nothing_is_kept_of_who_does_not_begin_with_CONNECT()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        foreach (byte first in Enumerable.Range(0, 256).Select(value => (byte)value).Where(value => value != 0x10))
        {
            // No length, no body: the first byte has to be enough.
            using RawPeer peer = await gateway.OpenAsync();
            await peer.SendAsync([first]);
            Assert.Empty(await peer.ReadToCloseAsync());
        }

        Assert.Equal((0L, 0L), (gateway.Host.Find<MqttEndpoint>().Gauges.Sessions, gateway.Host.Find<MqttEndpoint>().MessageBytes));
    }

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public async Task CVE_2021_28166_packets_that_only_a_server_sends_end_their_sender_alone(MqttVersion version)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using PacketPeer other = await PacketPeer.ConnectAsync(gateway, "other");
        foreach (byte[] packet in new byte[][] { [0x20, 2, 0, 0], [0x20, 0], [0x90, 3, 0, 1, 0], [0x90, 0], [0xB0, 2, 0, 1], [0xB0, 0], [0xD0, 0] })
        {
            using PacketPeer peer = await PacketPeer.ConnectAsync(gateway, "rude", version);
            await peer.SendBytesAsync(packet);
            if (version == MqttVersion.V5)
                Assert.Equal(MqttReasonCode.ProtocolError, await peer.ReadFarewellAsync());
            else
                Assert.Empty(await peer.ReadToCloseAsync());
            await other.NothingCameAsync();
        }

        Assert.DoesNotContain(gateway.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task CVE_2023_28366_repeated_messages_of_QoS_2_take_no_more_memory()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(options => options with { MqttMode = MqttMode.Spec });
        using PacketPeer peer = await PacketPeer.ConnectAsync(gateway, "pump-17", MqttVersion.V311, cleanStart: false);
        var session = gateway.Host.Find<MqttEndpoint>().Find("pump-17")!.Session!;

        for (int i = 0; i < 1000; i++)
        {
            await peer.PublishAsync("a", "x", MqttQoS.ExactlyOnce, (ushort)(1 + (i % MqttLimits.Spec.ReceiveMaximum)), dup: i >= MqttLimits.Spec.ReceiveMaximum);
            Assert.Equal(MqttPacketType.PubRec, (await peer.ReadAsync()).Type);
        }

        Assert.Equal(MqttLimits.Spec.ReceiveMaximum, session.Received.Count);
        Assert.Equal(0, gateway.Host.Find<MqttEndpoint>().MessageBytes);
        await peer.PublishAsync("a", "x", MqttQoS.ExactlyOnce, 60_000);
        Assert.Empty(await peer.ReadToCloseAsync());
    }

    [Fact]
    public async Task CVE_2020_13849_a_place_is_held_no_longer_than_the_ceiling_and_by_one_address_not_by_all()
    {
        var clock = new ManualTime();
        await using TestGateway gateway = await TestGateway.StartAsync(
            options => options with { MqttLimits = TestGateway.Hurried with { MaxConnectionsOfAddress = 3 } }, clock);
        using PacketPeer longest = await PacketPeer.ConnectAsync(gateway, "longest", keepAlive: ushort.MaxValue);
        using PacketPeer endless = await PacketPeer.ConnectAsync(gateway, "endless", keepAlive: 0);
        int timers = clock.TimersSet;
        using RawPeer mute = await gateway.OpenAsync();
        await Eventually.TrueAsync(() => clock.TimersSet > timers, "the gateway waits for its CONNECT");
        using (RawPeer fourth = await gateway.OpenAsync())
            Assert.Empty(await fourth.ReadToCloseAsync());
        Assert.True(gateway.Host.Find<ConnectionAdmission>().TryEnter(IPAddress.Parse("192.0.2.1"), out _));

        clock.Advance(MqttLimits.Aws.MaxKeepAlive * 1.5);

        Assert.Equal(MqttReasonCode.KeepAliveTimeout, await longest.ReadFarewellAsync());
        Assert.Equal(MqttReasonCode.KeepAliveTimeout, await endless.ReadFarewellAsync());
        Assert.Empty(await mute.ReadToCloseAsync());
    }

    [Theory]
    [InlineData("CVE-2021-22116: properties longer than the packet", "10 10 00 04 4D 51 54 54 05 02 00 00 FF FF FF 7F 00 00")]
    [InlineData("CVE-2021-22116: a text longer than the packet", "10 0E 00 04 4D 51 54 54 04 02 00 00 FF FF 61 62")]
    [InlineData("CVE-2021-33175: a will longer than the packet", "10 13 00 04 4D 51 54 54 04 06 00 00 00 01 61 00 01 62 FF FF 63")]
    [InlineData("CVE-2021-33175: PUBLISH with a topic longer than the packet", "10 0D 00 04 4D 51 54 54 04 02 00 00 00 01 61 30 04 FF FF 61 62")]
    [InlineData("CVE-2021-33176: SUBSCRIBE with a filter longer than the packet", "10 0D 00 04 4D 51 54 54 04 02 00 00 00 01 61 82 06 00 01 FF FF 61 62")]
    [InlineData("CVE-2021-33176: UNSUBSCRIBE cut short", "10 0D 00 04 4D 51 54 54 04 02 00 00 00 01 61 A2 04 00 01 00 05")]
    public async Task Crafted_packets_end_their_sender_and_leave_no_memory_taken(string what, string hex)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        byte[] packets = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        long before = GC.GetTotalAllocatedBytes();
        for (int i = 0; i < 50; i++)
        {
            using RawPeer peer = await gateway.OpenAsync();
            await peer.SendAsync(packets);
            byte[] answer = await peer.ReadToCloseAsync();
            Assert.True(answer.Length is 0 or 4 or 5, what);
        }

        // Each announces 64 KB to 256 MB: had any been allocated, it would be far more. Other tests run beside this one.
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 50L * (64 << 20));
        await Eventually.TrueAsync(() => gateway.Host.Find<MqttEndpoint>().Gauges.Sessions == 0, "all are gone");
        Assert.Equal(0, gateway.Host.Find<MqttEndpoint>().MessageBytes);
        Assert.DoesNotContain(gateway.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(nameof(MqttMode.Aws))]
    [InlineData(nameof(MqttMode.Spec))]
    public async Task CVE_2025_59946_and_2026_22040_takeovers_while_subscribing_and_publishing_leave_one_whole_session(string mode)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(options => options with { MqttMode = Enum.Parse<MqttMode>(mode) });
        using var ended = new CancellationTokenSource();
        using PacketPeer publisher = await PacketPeer.ConnectAsync(gateway, "publisher");
        Task publishing = Task.Run(async () =>
        {
            while (!ended.IsCancellationRequested)
                await publisher.PublishAckedAsync("a/b", new string('x', 500), retain: true);
        });

        await Task.WhenAll(Enumerable.Range(0, 4).Select(async worker =>
        {
            for (int i = 0; i < 40; i++)
            {
                using PacketPeer peer = await PacketPeer.ConnectAsync(
                    gateway,
                    "contested",
                    cleanStart: (i + worker) % 5 == 0,
                    properties: (ref MqttPropertyWriter own) => own.Add(MqttPropertyId.SessionExpiryInterval, 1000),
                    will: ("a/b", "gone"));
                Assert.Equal(MqttReasonCode.Success, peer.ConnAck.Code);
                await peer.SendBytesAsync([.. RawPeer.Packet(output =>
                {
                    MqttWriter.WriteSubscribe(output, 1, default(MqttProperties), ("a/+", new SubscriptionOptions(MqttQoS.AtLeastOnce)), ("$share/g/a/b", new SubscriptionOptions(MqttQoS.AtLeastOnce)));
                    MqttWriter.WriteUnsubscribe(output, 2, default(MqttProperties), "a/+");
                    MqttWriter.WriteSubscribe(output, 3, default(MqttProperties), ("a/b", new SubscriptionOptions(MqttQoS.AtLeastOnce)));
                })]);
            }
        }));
        await ended.CancelAsync();
        await publishing;

        using PacketPeer last = await PacketPeer.ConnectAsync(gateway, "contested");
        Assert.False(last.ConnAck.IsSessionPresent);
        Assert.Equal(MqttReasonCode.GrantedQoS1, await last.SubscribeAsync("c", new SubscriptionOptions(MqttQoS.AtLeastOnce)));
        await publisher.PublishAckedAsync("a/b", "", retain: true);
        await publisher.PublishAckedAsync("c", "whole");
        Assert.Equal("whole", (await last.ReadPublishAsync()).Text);
        MqttEndpoint endpoint = gateway.Host.Find<MqttEndpoint>();
        await Eventually.TrueAsync(() => endpoint.Gauges.Clients == 2, "the others are gone");
        Assert.Equal((2L, 1L, 0), (endpoint.Gauges.Sessions, endpoint.Gauges.Subscriptions, endpoint.Retained));
        Assert.Equal(0, endpoint.MessageBytes);
        Assert.DoesNotContain(gateway.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, null, MqttReasonCode.Success)]
    [InlineData("", null, MqttReasonCode.BadUserNameOrPassword)]
    [InlineData(null, "", MqttReasonCode.BadUserNameOrPassword)]
    [InlineData("", "", MqttReasonCode.BadUserNameOrPassword)]
    public async Task CVE_2026_32696_an_absent_user_name_is_not_an_empty_one(string? userName, string? password, MqttReasonCode code)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using RawPeer peer = await gateway.OpenAsync();
        int flags = 2 | (userName is null ? 0 : 0x80) | (password is null ? 0 : 0x40);
        byte[] credentials = [.. userName is null ? [] : new byte[2], .. password is null ? [] : new byte[2]];

        await peer.SendAsync([0x10, (byte)(14 + credentials.Length), 0, 4, .. "MQTT"u8, 5, (byte)flags, 0, 0, 0, 0, 1, (byte)'a', .. credentials]);

        Assert.Equal((byte)code, (await peer.ReadAsync(4))[3]);
    }

    [Fact]
    public async Task CVE_2024_50948_what_goes_wrong_in_one_session_ends_that_one_only()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(
            options => options with { MqttLimits = TestGateway.Hurried with { MaxConnections = 2 } });
        using PacketPeer other = await PacketPeer.ConnectAsync(gateway, "other");
        var handler = new MqttConnectionHandler(gateway.Host.Find<ConnectionServices>());

        for (int i = 0; i < 5; i++)
        {
            var toClient = new Pipe();
            await handler.OnConnectedAsync(new DefaultConnectionContext("broken", new BrokenTransport(toClient.Writer), new BrokenTransport(toClient.Writer))
            {
                RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, 1),
                ConnectionClosed = new CancellationToken(canceled: true),
            }).WaitAsync(TestGateway.Deadline);
        }

        await gateway.Log.WaitForAsync("Error", "the reader is broken");
        // Each gave its place back.
        using PacketPeer last = await PacketPeer.ConnectAsync(gateway, "last");
        Assert.Equal(MqttReasonCode.Success, last.ConnAck.Code);
        await other.PublishAckedAsync(Reports.Topic("other"), Encoding.UTF8.GetString(Reports.Listening(1)));
    }

    private sealed class BrokenTransport(PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input { get; } = PipeReader.Create(new BrokenStream());

        public PipeWriter Output => output;
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException("the reader is broken");
    }
}
