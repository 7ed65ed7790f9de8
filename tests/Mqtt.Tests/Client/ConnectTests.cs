using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Defender.Mqtt.Client;
using Defender.Mqtt.Packets;
using Defender.Tests;
using Xunit;

namespace Defender.Mqtt.Tests.Client;

public sealed class ConnectTests
{
    [Fact]
    public async Task Sends_what_the_options_say_and_learns_of_a_kept_session()
    {
        await using var peer = new Peer();
        Task<MqttClient> connecting = MqttClient.ConnectAsync(
            new MqttClientOptions
            {
                Host = "localhost",
                Port = peer.Port,
                ClientId = "pump-1",
                CleanSession = false,
                KeepAlive = TimeSpan.FromSeconds(1200),
                UserName = "operator",
                Password = new byte[] { 0xC0, 0xFF },
            },
            default);
        await peer.AcceptAsync();

        Assert.Equal(
            "Connect level=4 clean=False keepalive=1200 id='pump-1' user='operator' password=C0FF", await peer.ReadAsync());
        await peer.SendAsync(output => MqttWriter.WriteConnAck(output, ConnectReturnCode.Accepted, sessionPresent: true));
        await using MqttClient client = await connecting.WaitAsync(Peer.Deadline);
        Assert.True(client.SessionPresent);
    }

    [Theory]
    [InlineData(ConnectReturnCode.UnacceptableProtocolVersion)]
    [InlineData(ConnectReturnCode.NotAuthorized)]
    [InlineData((ConnectReturnCode)7)]
    public async Task A_refusal_carries_the_code(ConnectReturnCode code)
    {
        MqttException exception = await FailAsync(MqttFailure.Refused, Wire.Written(output => MqttWriter.WriteConnAck(output, code)));

        Assert.Equal(code, exception.ReturnCode);
        Assert.Contains("'device'", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("D0 00")]
    [InlineData("20 02 02 00")]
    // A session that was asked to be clean (MQTT-3.2.2-1).
    [InlineData("20 02 01 00")]
    [InlineData("48 54 54 50 2F 31 2E 31")]
    public async Task An_answer_that_is_no_valid_connack_is_a_protocol_failure(string hex)
        => await FailAsync(MqttFailure.Protocol, Wire.Hex(hex));

    [Fact]
    public async Task A_server_that_closes_without_an_answer_is_closed()
    {
        await using var peer = new Peer();
        Task<MqttClient> connecting = MqttClient.ConnectAsync(peer.Options(), default);
        await peer.AcceptAsync();
        await peer.ReadAsync();
        peer.Close();

        await Failing.WithAsync(MqttFailure.Closed, connecting);
    }

    [Fact]
    public async Task A_port_without_a_server_is_a_network_failure()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Dispose();

        MqttException exception = await Failing.WithAsync(
            MqttFailure.Network,
            MqttClient.ConnectAsync(new MqttClientOptions { Host = "127.0.0.1", Port = port, ClientId = "a" }, default));
        // Who asked knows whom: said once, as the system says it.
        Assert.StartsWith("Connection refused", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_times_out_on_the_given_clock()
    {
        var time = new ManualTime();
        await using var peer = new Peer();
        Task<MqttClient> connecting = MqttClient.ConnectAsync(peer.Options(time), default);
        await peer.AcceptAsync();
        await peer.ReadAsync();

        time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(connecting.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));

        await Failing.WithAsync(MqttFailure.Timeout, connecting);
        Assert.Equal("end", await peer.ReadAsync());
    }

    [Fact]
    public async Task The_caller_can_give_the_attempt_up()
    {
        await using var peer = new Peer();
        using var cancellation = new CancellationTokenSource();
        Task<MqttClient> connecting = MqttClient.ConnectAsync(peer.Options(), cancellation.Token);
        await peer.AcceptAsync();
        await peer.ReadAsync();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.WaitAsync(Peer.Deadline));
        Assert.Equal("end", await peer.ReadAsync());
    }

    private static async Task<MqttException> FailAsync(MqttFailure expected, byte[] answer)
    {
        await using var peer = new Peer();
        Task<MqttClient> connecting = MqttClient.ConnectAsync(peer.Options(), default);
        await peer.AcceptAsync();
        await peer.ReadAsync();
        await peer.SendAsync(answer);
        MqttException exception = await Failing.WithAsync(expected, connecting);

        Assert.Equal("end", await peer.ReadAsync());
        return exception;
    }
}
