using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;
using Xunit.Abstractions;

namespace Defender.Interop.Tests.Mqtt;

/// <summary>Peers that take up a connection and do nothing with it.</summary>
[Collection(StressCollection.Name)]
public sealed class SlowPeersTests(ITestOutputHelper output)
{
    // What a machine that is busy may add to a time that the gateway keeps.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(6);

    [Fact]
    public async Task Five_hundred_that_drip_their_CONNECT_are_closed_in_time_and_hold_nobody_up()
    {
        await using DeviceGateway gateway = await DeviceGateway.StartAsync("--limit", "connect-timeout=2");
        await using ReportingDevice device = await ReportingDevice.StartAsync(gateway.Port, "pump-17");
        int socketsBefore = gateway.OpenSockets();

        TimeSpan[] lifetimes = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => DripAsync(gateway.Port)));

        output.WriteLine($"closed after {lifetimes.Min().TotalSeconds:0.00} to {lifetimes.Max().TotalSeconds:0.00} s; {device.Acknowledged} reports meanwhile, the slowest in {device.LongestWait.TotalMilliseconds:0} ms");
        Assert.All(lifetimes, lifetime => Assert.InRange(lifetime, TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(2) + Slack));
        await device.WaitForReportsAsync(10);
        await device.StopAsync();
        Assert.InRange(device.LongestWait, TimeSpan.Zero, Slack);
        await gateway.WaitForMetricsAsync(metrics => metrics["defender_mqtt_connections_ended_total{reason=\"silent\"}"] == 500);
        await EventuallyAsync(() => gateway.OpenSockets() <= socketsBefore + 5, () => $"{gateway.OpenSockets()} sockets are open, {socketsBefore} were");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Those_that_fall_silent_are_closed_after_one_and_a_half_keep_alives(bool isV5)
    {
        await using DeviceGateway gateway = await DeviceGateway.StartAsync();
        await using ReportingDevice device = await ReportingDevice.StartAsync(gateway.Port, "pump-17");

        TimeSpan[] silences = await Task.WhenAll(Enumerable.Range(0, 50).Select(each => FallSilentAsync(gateway.Port, $"silent-{each}", isV5)));

        output.WriteLine($"closed after {silences.Min().TotalSeconds:0.00} to {silences.Max().TotalSeconds:0.00} s");
        Assert.All(silences, silence => Assert.InRange(silence, TimeSpan.FromSeconds(1.4), TimeSpan.FromSeconds(1.5) + Slack));
        await device.WaitForReportsAsync(10);
        await device.StopAsync();
        await gateway.WaitForMetricsAsync(metrics => metrics["defender_mqtt_connections_ended_total{reason=\"silent\"}"] == 50 && metrics["defender_mqtt_clients"] == 1);
    }

    [Fact]
    public async Task Subscribers_that_never_read_are_closed_and_hold_nobody_up()
    {
        await using DeviceGateway gateway = await DeviceGateway.StartAsync("--limit", "publishes-per-second=0", "--limit", "publish-bytes-per-second=0");
        await using ReportingDevice device = await ReportingDevice.StartAsync(gateway.Port, "pump-17");
        await using RawClient reader = await RawClient.ConnectAsync(gateway.Port, "reader");
        await reader.AskAsync(RawPackets.Subscribe("plant/flood", 0), RawPackets.SubAck);
        RawClient[] deaf = await Task.WhenAll(Enumerable.Range(0, 8).Select(each => RawClient.ConnectAsync(gateway.Port, $"deaf-{each}", each % 2 == 1, receiveBuffer: 4096)));
        foreach (RawClient client in deaf)
            await client.AskAsync(RawPackets.Subscribe("plant/flood", (byte)(client.IsV5 ? 1 : 0), client.IsV5), RawPackets.SubAck);
        int socketsBefore = gateway.OpenSockets();

        await using RawClient writer = await RawClient.ConnectAsync(gateway.Port, "writer");
        byte[] payload = new byte[16 * 1024];
        int sent = 0;
        for (double closed = 0; closed < deaf.Length; closed = (await gateway.MetricsAsync())["defender_mqtt_connections_ended_total{reason=\"slow\"}"])
        {
            Assert.True(sent < 20_000, $"{closed} of {deaf.Length} were closed after {sent} messages");
            for (int i = 0; i < 50; i++, sent++)
            {
                await writer.AskAsync(RawPackets.Publish("plant/flood", payload, 1), RawPackets.PubAck);
                Assert.Equal(0x30, (await reader.ReadAsync())[0]);
            }
        }

        output.WriteLine($"all were closed after {sent} messages of 16 KiB; slowest report in {device.LongestWait.TotalMilliseconds:0} ms, {gateway.ResidentMebibytes()} MiB");
        await device.WaitForReportsAsync(10);
        await device.StopAsync();
        // The sockets go too, although their peers still do not read.
        await EventuallyAsync(() => gateway.OpenSockets() <= socketsBefore + 1 - deaf.Length + 3, () => $"{gateway.OpenSockets()} sockets are open, {socketsBefore} were");
        await gateway.WaitForMetricsAsync(metrics => metrics["defender_mqtt_clients"] == 3 && metrics["defender_mqtt_queued_messages"] == 0);
        foreach (RawClient client in deaf)
            await client.DisposeAsync();
    }

    private static async Task<TimeSpan> DripAsync(string port)
    {
        await using RawClient client = await RawClient.OpenAsync(port);
        long start = TimeProvider.System.GetTimestamp();
        using var closed = new CancellationTokenSource();
        Task dripping = DripAsync(client, closed.Token);
        Assert.Empty(await client.ReadAsync());
        TimeSpan lifetime = TimeProvider.System.GetElapsedTime(start);
        await closed.CancelAsync();
        await dripping;
        return lifetime;
    }

    // A CONNECT of 128 bytes would be whole after half a minute.
    private static async Task DripAsync(RawClient client, CancellationToken closed)
    {
        try
        {
            foreach (byte one in RawPackets.Connect(new string('d', 116)))
            {
                await client.SendAsync(new[] { one });
                await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System, closed);
            }
        }
        catch (Exception error) when (error is System.IO.IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The gateway has closed.
        }
    }

    private static async Task<TimeSpan> FallSilentAsync(string port, string clientId, bool isV5)
    {
        await using RawClient client = await RawClient.ConnectAsync(port, clientId, isV5, keepAlive: 1);
        long start = TimeProvider.System.GetTimestamp();
        // MQTT5-4.13.2: it says why; MQTT 3.1.1 has no word for it.
        if (isV5)
            Assert.Equal([RawPackets.Disconnect, 0x8D], (await client.ReadAsync())[..2]);
        Assert.Empty(await client.ReadAsync());
        return TimeProvider.System.GetElapsedTime(start);
    }

    private static async Task EventuallyAsync(Func<bool> condition, Func<string> otherwise)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(30), otherwise());
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }
}
