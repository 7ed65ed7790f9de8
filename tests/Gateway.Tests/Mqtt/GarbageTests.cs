using System;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt.Client;
using Defender.Mqtt.Packets;
using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests.Mqtt;

/// <summary>Peers that break the protocol: each is closed and logged, and nobody else notices.</summary>
public sealed class GarbageTests
{
    private static readonly byte[] Level6 = Convert.FromHexString("100D00044D515454060200000000" + "00");

    public static TheoryData<string, byte[], string> BeforeConnect => new()
    {
        { "reserved type 0", [0], "ReservedPacketType" },
        { "reserved type 15", [0xF0], "ReservedPacketType" },
        { "an HTTP request", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), "ReservedFlags" },
        { "a TLS ClientHello", Convert.FromHexString("16030100A5010000A10303"), "ReservedFlags" },
        { "SSH", "SSH-2.0-OpenSSH_9.2\r\n"u8.ToArray(), "ReservedFlags" },
        { "a PUBLISH by its first byte", [0x30], "did not start with CONNECT" },
        { "a PINGREQ", [0xC0, 0], "did not start with CONNECT" },
        { "a CONNACK", [0x20, 2, 0, 0], "did not start with CONNECT" },
        { "a length of five bytes", [0x10, 0x80, 0x80, 0x80, 0x80, 0x01], "RemainingLength" },
        { "a CONNECT of 256 MB", [0x10, 0xFF, 0xFF, 0xFF, 0x7F], "PacketTooLarge" },
        { "a CONNECT over 16 KB", [0x10, 0x81, 0x80, 0x01], "PacketTooLarge" },
        { "an empty CONNECT", [0x10, 0], "Truncated" },
        { "another protocol name", Convert.FromHexString("100C00044D51545804020000" + "0000"), "ProtocolName" },
        { "a will without its topic", Convert.FromHexString("100C00044D51545404060000" + "0000"), "Truncated" },
        { "an empty will topic", Convert.FromHexString("101000044D51545404060000" + "0000" + "0000" + "0000"), "InvalidTopicName" },
    };

    public static TheoryData<string, byte[], string> AfterConnect => new()
    {
        { "a second CONNECT", RawPeer.Connect("again"), "it sent Connect" },
        { "a CONNACK", [0x20, 2, 0, 0], "it sent ConnAck" },
        { "a SUBACK", [0x90, 3, 0, 1, 0], "it sent SubAck" },
        { "an UNSUBACK", [0xB0, 2, 0, 1], "it sent UnsubAck" },
        { "a PINGRESP", [0xD0, 0], "it sent PingResp" },
        { "a PUBREC", [0x50, 2, 0, 1], "it sent PubRec" },
        { "a PUBREL", [0x62, 2, 0, 1], "it sent PubRel" },
        { "a PUBCOMP", [0x70, 2, 0, 1], "it sent PubComp" },
        { "a PUBLISH at QoS 2", [0x34, 6, 0, 1, (byte)'a', 0, 1, 0], "QoS 2" },
        { "a PUBLISH at QoS 3", [0x36, 0], "InvalidQoS" },
        { "a PUBLISH without topic", [0x30, 2, 0, 0], "InvalidTopicName" },
        { "a PUBLISH to a wildcard", [0x30, 3, 0, 1, (byte)'#'], "InvalidTopicName" },
        { "a PUBLISH of ill-formed UTF-8", [0x30, 3, 0, 1, 0xFF], "InvalidUtf8" },
        { "a PUBLISH with packet identifier 0", [0x32, 5, 0, 1, (byte)'a', 0, 0], "PacketIdZero" },
        { "a PUBLISH over the limit", [0x30, 0x81, 0x90, 0x09], "PacketTooLarge" },
        { "a PINGREQ with a body", [0xC0, 1, 0], "ExcessBytes" },
        { "a DISCONNECT with a body", [0xE0, 1, 0], "ExcessBytes" },
        { "a SUBSCRIBE without filters", [0x82, 2, 0, 1], "EmptyList" },
        { "a SUBSCRIBE with an empty filter", [0x82, 5, 0, 1, 0, 0, 0], "InvalidTopicFilter" },
        { "nine filters", RawPeer.Subscribe([.. Enumerable.Range(0, 9).Select(i => $"f/{i}")]), "more than 8 filters" },
        { "an UNSUBSCRIBE without filters", [0xA2, 2, 0, 1], "EmptyList" },
        { "a PUBACK cut short", [0x40, 1, 0], "Truncated" },
    };

    [Theory]
    [MemberData(nameof(BeforeConnect))]
    public async Task A_peer_that_does_not_begin_with_CONNECT_is_closed_and_logged(string what, byte[] bytes, string reason)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using RawPeer peer = await gateway.OpenAsync();

        await peer.SendAsync(bytes);

        Assert.Empty(await peer.ReadToCloseAsync());
        await gateway.Log.WaitForAsync($"client {peer.LocalEndPoint} closed: ", reason);
        Assert.NotEmpty(what);
    }

    [Theory]
    [MemberData(nameof(AfterConnect))]
    public async Task A_client_that_breaks_the_protocol_is_closed_and_logged_and_others_go_on(string what, byte[] bytes, string reason)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        await using MqttClient device = await gateway.ConnectAsync("pump-17");
        using RawPeer peer = await gateway.OpenAsync();
        await peer.ConnectAsync("rude");

        await peer.SendAsync(bytes);

        Assert.Empty(await peer.ReadToCloseAsync());
        await gateway.Log.WaitForAsync($"client rude ({peer.LocalEndPoint}) closed: ", reason);
        await device.ReportAsync("pump-17", Reports.Listening(1));
        Assert.NotEmpty(what);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(13)]
    public async Task A_CONNECT_that_ends_early_is_logged(int length)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using RawPeer peer = await gateway.OpenAsync();

        await peer.SendAsync(RawPeer.Connect("pump-17")[..length]);
        peer.Finish();

        Assert.Empty(await peer.ReadToCloseAsync());
        await gateway.Log.WaitForAsync($"client {peer.LocalEndPoint} closed: the connection ended inside a packet");
    }

    [Fact]
    public async Task CONNECT_of_an_unknown_version_is_answered_with_the_refusal_that_MQTT_3_has()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using RawPeer peer = await gateway.OpenAsync();

        await peer.SendAsync(Level6);

        Assert.Equal([0x20, 2, 0, (byte)ConnectReturnCode.UnacceptableProtocolVersion], await peer.ReadToCloseAsync());
    }

    [Theory]
    [InlineData("a+b")]
    [InlineData("#")]
    [InlineData("line\nbreak")]
    [InlineData("129")]
    public async Task A_client_identifier_that_is_no_thing_name_is_refused(string clientId)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using RawPeer peer = await gateway.OpenAsync();

        await peer.SendAsync(RawPeer.Connect(clientId == "129" ? new string('a', 129) : clientId));

        Assert.Equal([0x20, 2, 0, (byte)ConnectReturnCode.IdentifierRejected], await peer.ReadToCloseAsync());
    }

    [Fact]
    public async Task A_client_identifier_cannot_forge_or_hide_a_log_line()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using RawPeer peer = await gateway.OpenAsync();
        await peer.ConnectAsync("pump\u2028Error: \u202Eforged\U000E0041");

        await peer.SendAsync([0]);

        await gateway.Log.WaitForAsync(@"client pump\u2028Error: \u202Eforged\U000E0041 (", "ReservedPacketType");
    }

    [Fact]
    public async Task A_flood_of_garbage_takes_a_bounded_number_of_lines()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(clock: new ManualTime());
        for (int i = 0; i < LogBudget.LinesPerInterval + 20; i++)
        {
            using RawPeer peer = await gateway.OpenAsync();
            await peer.SendAsync([0]);
            await peer.ReadToCloseAsync();
        }

        Assert.Equal(LogBudget.LinesPerInterval, gateway.Log.Lines.Count(line => line.Contains("ReservedPacketType", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_packet_may_come_byte_by_byte_or_many_in_one_piece()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using RawPeer peer = await gateway.OpenAsync();
        byte[] report = RawPeer.Publish(Reports.Topic("pump-17"), Reports.Listening(1, 2323), packetId: 7);
        foreach (byte one in RawPeer.Connect("pump-17").Concat(report))
            await peer.SendAsync([one]);
        Assert.Equal([0x20, 2, 0, 0, 0x40, 2, 0, 7], await peer.ReadAsync(8));

        byte[] ping = [0xC0, 0];
        await peer.SendAsync([.. report, .. ping, .. report, .. ping]);
        Assert.Equal([0x40, 2, 0, 7, 0xD0, 0, 0x40, 2, 0, 7, 0xD0, 0], await peer.ReadAsync(12));
    }

    [Fact]
    public async Task A_report_of_128_KiB_is_taken()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        await using MqttClient device = await gateway.ConnectAsync("pump-17");
        await device.ListenForAnswersAsync("pump-17");
        byte[] report = Reports.Listening(1, 2323);
        byte[] padded = [.. report, .. Encoding.ASCII.GetBytes(new string(' ', 131_072 - report.Length))];

        await device.ReportAsync("pump-17", padded);

        Assert.Equal("accepted", (await device.NextAsync()).Kind);
    }
}
