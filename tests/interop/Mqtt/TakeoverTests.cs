using System;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Xunit;
using Xunit.Abstractions;

namespace Defender.Interop.Tests.Mqtt;

[Collection(StressCollection.Name)]
public sealed class TakeoverTests(ITestOutputHelper output)
{
    private const int Fighters = 8;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_eight_that_fight_for_a_client_id_one_is_left_and_is_served(bool clean)
    {
        await using DeviceGateway gateway = await DeviceGateway.StartAsync("--limit", "connects-per-second-of-client=0");
        using var over = new CancellationTokenSource();
        int won = 0;
        Task<RawClient?>[] fights = [.. Enumerable.Range(0, Fighters).Select(each => FightAsync(gateway.Port, each % 2 == 1, clean, () => Interlocked.Increment(ref won), over.Token))];
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System);
        await over.CancelAsync();

        // Who was closed last sees it; who holds the identifier waits for nothing but its message.
        await using RawClient writer = await RawClient.ConnectAsync(gateway.Port, "writer");
        await gateway.WaitForMetricsAsync(metrics => metrics["defender_mqtt_clients"] == 2 && fights.Count(fight => fight.IsCompleted) >= Fighters - 1);
        await writer.AskAsync(RawPackets.Publish("plant/contested", "served"u8, 1), RawPackets.PubAck);
        RawClient?[] left = await Task.WhenAll(fights).WaitAsync(ChildProcess.Deadline, TimeProvider.System);

        output.WriteLine($"{won} connections in 3 s");
        Assert.True(won > Fighters, $"only {won} connections were accepted");
        await using RawClient winner = Assert.Single(left.OfType<RawClient>());
        await winner.AskAsync(RawPackets.PingReq, RawPackets.PingResp);
        var counted = await gateway.WaitForMetricsAsync(metrics => metrics["defender_mqtt_connections_ended_total{reason=\"taken_over\"}"] == won - 1);
        Assert.Equal(1, counted["defender_mqtt_subscriptions"]);
        Assert.Equal(0, counted["defender_mqtt_connections_failed_total"]);
    }

    // Connects whenever it was closed; returns itself when it got the message, null when it was closed after the fight.
    private static async Task<RawClient?> FightAsync(string port, bool isV5, bool clean, Action onWon, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            RawClient client = await RawClient.OpenAsync(port, isV5: isV5);
            await client.SendAsync(RawPackets.Connect("contested", isV5, clean: clean));
            byte[] answer = await client.ReadAsync();
            if (answer.Length > 0)
            {
                Assert.Equal((RawPackets.ConnAck, 0), (answer[0], answer[2]));
                onWon();
                await TrySubscribeAsync(client, isV5);
            }

            for (byte[] packet = await client.ReadAsync(); packet.Length > 0; packet = await client.ReadAsync())
            {
                if (packet[0] >> 4 == 3)
                {
                    Assert.EndsWith("served", Encoding.UTF8.GetString(packet), StringComparison.Ordinal);
                    return client;
                }

                // MQTT5-3.1.4-3: session taken over.
                Assert.True(packet[0] == RawPackets.SubAck || (isV5 && packet[0] == RawPackets.Disconnect && packet[1] == 0x8E), Convert.ToHexString(packet));
            }

            await client.DisposeAsync();
        }

        return null;
    }

    private static async Task TrySubscribeAsync(RawClient client, bool isV5)
    {
        try
        {
            await client.SendAsync(RawPackets.Subscribe("plant/contested", 0, isV5));
        }
        catch (System.IO.IOException)
        {
            // Another has taken over already.
        }
    }
}
