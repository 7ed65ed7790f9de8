using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Xunit;
using Xunit.Abstractions;

namespace Defender.Interop.Tests.Mqtt;

[Collection(StressCollection.Name)]
public sealed class OverloadTests(ITestOutputHelper output)
{
    private const int Devices = 32;

    // What a device sends ahead. All together it is many times what is judged while a report waits, and yet soon done with.
    private const int Window = 300;

    [Fact]
    public async Task More_reports_than_it_can_judge_wait_in_the_sockets_and_each_acknowledged_one_is_judged()
    {
        await using DeviceGateway gateway = await DeviceGateway.StartAsync(
            "--limit", "publishes-per-second=0", "--limit", "publish-bytes-per-second=0", "--profile", RunningGateway.AttackSurface);
        RawClient[] clients = await Task.WhenAll(Enumerable.Range(0, Devices).Select(each => RawClient.ConnectAsync(gateway.Port, $"device-{each}", each % 2 == 1)));
        await Task.WhenAll(clients.Select((client, each) => client.ReportAsync($"device-{each}", 1)));
        long before = gateway.ResidentMebibytes(), most = before;

        using var over = new CancellationTokenSource(TimeSpan.FromSeconds(5), TimeProvider.System);
        int acknowledged = Devices;
        SemaphoreSlim[] windows = [.. clients.Select(_ => new SemaphoreSlim(Window))];
        Task<int>[] floods = [.. clients.Select((client, each) => FloodAsync(client, $"device-{each}", windows[each], over.Token))];
        Task[] readers = [.. clients.Select((client, each) => CountAsync(client, () =>
        {
            Interlocked.Increment(ref acknowledged);
            windows[each].Release();
        }))];
        while (!over.IsCancellationRequested)
        {
            most = Math.Max(most, gateway.ResidentMebibytes());
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }

        int duringFlood = Volatile.Read(ref acknowledged);
        int sent = (await Task.WhenAll(floods)).Sum() + Devices;
        await Task.WhenAll(readers).WaitAsync(ChildProcess.Deadline, TimeProvider.System);
        most = Math.Max(most, gateway.ResidentMebibytes());
        Dictionary<string, double> metrics = await gateway.MetricsAsync();

        output.WriteLine($"{duringFlood} of {sent} reports acknowledged in 5 s, all of them later; {before} MiB before, {most} MiB at most");
        Assert.Equal(sent, acknowledged);
        Assert.Equal(acknowledged, metrics.Where(sample => sample.Key.StartsWith("defender_reports_total", StringComparison.Ordinal)).Sum(sample => sample.Value));
        Assert.Equal(acknowledged, metrics["defender_reports_total{outcome=\"accepted\"}"]);
        Assert.True(most < before + 200, $"{before} MiB before, {most} MiB at most");
        foreach (RawClient client in clients)
            await client.DisposeAsync();
    }

    private static async Task<int> FloodAsync(RawClient client, string thing, SemaphoreSlim window, CancellationToken over)
    {
        int sent = 0;
        for (; !over.IsCancellationRequested; sent++)
        {
            await window.WaitAsync(CancellationToken.None);
            int number = sent + 2;
            await client.SendAsync(RawPackets.Publish(
                Mosquitto.ReportTopic(thing), Encoding.UTF8.GetBytes(Mosquitto.ReportWithPorts(number, 443)), (ushort)(number % 60_000 + 1), client.IsV5));
        }

        // Packets are taken in order: its answer comes after all others.
        await client.SendAsync(RawPackets.PingReq);
        return sent;
    }

    private static async Task CountAsync(RawClient client, Action onAcknowledged)
    {
        for (byte[] packet = await client.ReadAsync(); packet is not [RawPackets.PingResp, ..]; packet = await client.ReadAsync())
        {
            Assert.True(packet.Length > 0 && packet[0] == RawPackets.PubAck, $"PUBACK was to come, not {Convert.ToHexString(packet)}");
            onAcknowledged();
        }
    }
}
