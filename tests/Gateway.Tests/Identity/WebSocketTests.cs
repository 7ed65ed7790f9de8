using System;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Hosting;
using Defender.Gateway.Identity;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt.Packets;
using Xunit;

namespace Defender.Gateway.Tests.Identity;

/// <summary>MQTT over WebSocket.</summary>
public sealed class WebSocketTests
{
    private static readonly byte[] Accepted = [0x20, 2, 0, 0];
    private static readonly byte[] Pong = [0xd0, 0];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task Packets_may_be_split_over_frames_and_messages_in_any_way(int size)
    {
        await using SecureGateway gateway = await StartAsync();
        using ClientWebSocket socket = await OpenAsync(gateway);
        byte[] packets = [.. RawPeer.Connect("pump-17"), .. Enumerable.Repeat(RawPeer.Packet(MqttWriter.WritePingReq), 20).SelectMany(packet => packet)];

        int piece = 0;
        foreach (byte[] bytes in packets.Chunk(size))
        {
            // Messages of two frames, of one, and none in between.
            await socket.SendAsync(bytes, WebSocketMessageType.Binary, piece % 2 == 1, default);
            if (piece++ % 2 == 1)
                await socket.SendAsync(Array.Empty<byte>(), WebSocketMessageType.Binary, true, default);
        }

        byte[] expected = [.. Accepted, .. Enumerable.Repeat(Pong, 20).SelectMany(packet => packet)];
        Assert.Equal(expected, await ReadAsync(socket, expected.Length));
    }

    [Fact]
    public async Task Large_packets_pass_in_both_directions_at_the_pace_of_the_reader()
    {
        await using SecureGateway gateway = await StartAsync();
        using ClientWebSocket socket = await OpenAsync(gateway);
        byte[] payload = new byte[100_000];
        payload.AsSpan().Fill(0x5a);
        await SendAsync(socket, RawPeer.Connect("pump-17"));
        Assert.Equal(Accepted, await ReadAsync(socket, 4));
        await SendAsync(socket, RawPeer.Subscribe("t"));
        Assert.Equal(5, (await ReadAsync(socket, 5)).Length);

        byte[] publish = RawPeer.Publish("t", payload);
        for (int i = 0; i < 20; i++)
        {
            await SendAsync(socket, publish);
            Assert.Equal(publish, await ReadAsync(socket, publish.Length));
        }
    }

    [Fact]
    public async Task A_text_frame_ends_the_connection()
    {
        await using SecureGateway gateway = await StartAsync();
        using ClientWebSocket socket = await OpenAsync(gateway);
        await SendAsync(socket, RawPeer.Connect("pump-17"));
        Assert.Equal(Accepted, await ReadAsync(socket, 4));

        await socket.SendAsync(RawPeer.Packet(MqttWriter.WritePingReq), WebSocketMessageType.Text, true, default);

        Assert.Equal(WebSocketCloseStatus.InvalidMessageType, await ReadCloseAsync(socket));
        await gateway.RefusedAsync(IdentityRefusal.TextFrame);
    }

    [Fact]
    public async Task Both_sides_end_with_a_close_frame()
    {
        await using SecureGateway gateway = await StartAsync();
        using ClientWebSocket first = await OpenAsync(gateway);
        await SendAsync(first, RawPeer.Connect("pump-17"));
        Assert.Equal(Accepted, await ReadAsync(first, 4));
        using ClientWebSocket second = await OpenAsync(gateway);
        await SendAsync(second, RawPeer.Connect("pump-17"));
        Assert.Equal(Accepted, await ReadAsync(second, 4));

        Assert.Equal(WebSocketCloseStatus.NormalClosure, await ReadCloseAsync(first));
        await second.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default).WaitAsync(TestGateway.Deadline);
        Assert.Equal(WebSocketState.Closed, second.State);
    }

    [Fact]
    public async Task A_client_that_vanishes_leaves_nothing()
    {
        await using SecureGateway gateway = await StartAsync();
        for (int i = 0; i < 3; i++)
        {
            using ClientWebSocket socket = await OpenAsync(gateway);
            await SendAsync(socket, RawPeer.Connect("pump-17"));
            Assert.Equal(Accepted, await ReadAsync(socket, 4));
            socket.Abort();
        }

        await Eventually.TrueAsync(() => gateway.Get<Defender.Gateway.Mqtt.MqttEndpoint>().Count == 0, "no session is left");
        Assert.DoesNotContain(gateway.Gateway.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_address_that_a_client_connects_to_is_no_origin_of_a_page()
    {
        await using SecureGateway gateway = await StartAsync();

        // Paho's way, with https whatever it speaks.
        using ClientWebSocket own = await OpenAsync(gateway, origin: $"https://127.0.0.1:{gateway.Gateway.Host.WsPort}");

        Assert.Equal(WebSocketState.Open, own.State);
        foreach (string origin in new[] { $"https://127.0.0.1:{gateway.Gateway.Host.WsPort + 1}", $"https://evil.example:{gateway.Gateway.Host.WsPort}", "https://127.0.0.1" })
            Assert.Contains("403", (await Assert.ThrowsAsync<WebSocketException>(() => OpenAsync(gateway, origin: origin))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_leads_here_without_being_the_gateways_own_is_refused()
    {
        await using SecureGateway gateway = await StartAsync();

        // DNS rebinding: the page's own host, and the request says the same.
        using ClientWebSocket socket = new();
        socket.Options.AddSubProtocol("mqtt");
        socket.Options.SetRequestHeader("Origin", $"http://evil.example:{gateway.Gateway.Host.WsPort}");
        socket.Options.SetRequestHeader("Host", $"evil.example:{gateway.Gateway.Host.WsPort}");
        WebSocketException refused = await Assert.ThrowsAsync<WebSocketException>(
            () => socket.ConnectAsync(new Uri($"ws://127.0.0.1:{gateway.Gateway.Host.WsPort}/mqtt"), CancellationToken.None));

        Assert.Contains("403", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_of_other_origins_are_refused_and_listed_ones_are_not()
    {
        await using SecureGateway gateway = await StartAsync(listeners => listeners with { WebSocketOrigins = ["https://ops.example.com"] });

        foreach (string origin in new[] { "https://evil.example", "https://ops.example.com.evil.example", "null", "http://ops.example.com", "https://ops.example.com:444" })
            Assert.Contains("403", (await Assert.ThrowsAsync<WebSocketException>(() => OpenAsync(gateway, origin: origin))).Message, StringComparison.Ordinal);
        using ClientWebSocket listed = await OpenAsync(gateway, origin: "https://ops.example.com");

        Assert.Equal("mqtt", listed.SubProtocol);
        Assert.Equal(5, gateway.Get<IIdentityRefusals>().Count(IdentityRefusal.OriginNotAllowed));
    }

    [Fact]
    public async Task The_port_is_for_MQTT_and_nothing_else_and_the_API_port_is_not()
    {
        await using SecureGateway gateway = await StartAsync();
        using var http = new HttpClient();

        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(gateway.Gateway.Host.WsPort, "/healthz"));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(gateway.Gateway.Host.WsPort, "/mqtt"));
        await Assert.ThrowsAsync<WebSocketException>(() => OpenAsync(gateway, protocol: "chat"));
        await Assert.ThrowsAsync<WebSocketException>(() => OpenAsync(gateway, port: gateway.Gateway.Host.HttpPort));
        Assert.Equal(HttpStatusCode.OK, await gateway.Gateway.GetStatusAsync("/healthz"));

        async Task<HttpStatusCode> StatusAsync(int port, string path)
        {
            using HttpResponseMessage response = await http.GetAsync(new Uri($"http://127.0.0.1:{port}{path}"));
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task With_TLS_the_certificate_counts_as_on_the_MQTT_port()
    {
        await using SecureGateway gateway = await SecureGateway.StartAsync(listeners => listeners with { WssPort = 0 });
        using X509Certificate2 device = Pki.Leaf("CN=whatever");
        using X509Certificate2 stranger = Pki.Leaf("CN=whatever");
        gateway.Register(device);

        using ClientWebSocket socket = await OpenAsync(gateway, port: gateway.Gateway.Host.WssPort, scheme: "wss", certificate: device);
        await SendAsync(socket, RawPeer.Connect("pump-17"));
        Assert.Equal(Accepted, await ReadAsync(socket, 4));

        await Assert.ThrowsAsync<WebSocketException>(() => OpenAsync(gateway, port: gateway.Gateway.Host.WssPort, scheme: "wss", certificate: stranger));
        await Assert.ThrowsAsync<WebSocketException>(() => OpenAsync(gateway, port: gateway.Gateway.Host.WssPort, scheme: "wss"));
        await gateway.RefusedAsync(IdentityRefusal.UnknownCertificate);
        await gateway.RefusedAsync(IdentityRefusal.NoCertificate);
    }

    private static Task<SecureGateway> StartAsync(Func<ListenerOptions, ListenerOptions>? configure = null) =>
        SecureGateway.StartAsync(listeners => (configure ?? (options => options))(listeners with { MqttsPort = null, WsPort = 0 }));

    private static async Task<ClientWebSocket> OpenAsync(
        SecureGateway gateway, int? port = null, string scheme = "ws", string? origin = null, string protocol = "mqtt", X509Certificate2? certificate = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(protocol);
        if (origin is not null)
            socket.Options.SetRequestHeader("Origin", origin);
        if (certificate is not null)
            socket.Options.ClientCertificates.Add(certificate);
        if (scheme == "wss")
            socket.Options.RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null;
        try
        {
            await socket.ConnectAsync(new Uri($"{scheme}://127.0.0.1:{port ?? gateway.Gateway.Host.WsPort}/mqtt"), default).WaitAsync(TestGateway.Deadline);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static Task SendAsync(ClientWebSocket socket, byte[] bytes) => socket.SendAsync(bytes, WebSocketMessageType.Binary, true, default).WaitAsync(TestGateway.Deadline);

    private static async Task<byte[]> ReadAsync(ClientWebSocket socket, int count)
    {
        byte[] bytes = new byte[count];
        using var deadline = new CancellationTokenSource(TestGateway.Deadline);
        for (int read = 0; read < count;)
        {
            ValueWebSocketReceiveResult frame = await socket.ReceiveAsync(bytes.AsMemory(read), deadline.Token);
            Assert.Equal(WebSocketMessageType.Binary, frame.MessageType);
            read += frame.Count;
        }

        return bytes;
    }

    private static async Task<WebSocketCloseStatus?> ReadCloseAsync(ClientWebSocket socket)
    {
        using var deadline = new CancellationTokenSource(TestGateway.Deadline);
        byte[] buffer = new byte[1000];
        while ((await socket.ReceiveAsync(buffer.AsMemory(), deadline.Token)).MessageType != WebSocketMessageType.Close)
        {
        }

        return socket.CloseStatus;
    }
}
