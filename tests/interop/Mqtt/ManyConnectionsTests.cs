using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Xunit;
using Xunit.Abstractions;

namespace Defender.Interop.Tests.Mqtt;

[Collection(StressCollection.Name)]
public sealed class ManyConnectionsTests(ITestOutputHelper output)
{
    private const int Devices = 10_000;

    [FilesFact(11_000)]
    public async Task Ten_thousand_devices_are_connected_ping_and_report()
    {
        await using DeviceGateway gateway = await DeviceGateway.StartAsync();
        long before = gateway.ResidentMebibytes();
        long start = TimeProvider.System.GetTimestamp();
        var clients = new List<RawClient>(Devices);
        try
        {
            foreach (int[] some in Enumerable.Range(0, Devices).Chunk(200))
                clients.AddRange(await Task.WhenAll(some.Select(each => RawClient.ConnectAsync(gateway.Port, $"device-{each}", each % 2 == 1))));
            await gateway.WaitForMetricsAsync(metrics => metrics["defender_mqtt_clients"] == Devices);
            output.WriteLine($"connected after {Elapsed(start):0.0} s; {gateway.ResidentMebibytes() - before} MiB more than the {before} MiB before");

            await Task.WhenAll(clients.Select(client => client.AskAsync(RawPackets.PingReq, RawPackets.PingResp)));
            await Task.WhenAll(clients.Select((client, each) => client.ReportAsync($"device-{each}", 1)));

            Dictionary<string, double> metrics = await gateway.MetricsAsync();
            output.WriteLine($"reported after {Elapsed(start):0.0} s; {gateway.ResidentMebibytes()} MiB");
            Assert.Equal(Devices, metrics["defender_reports_total{outcome=\"accepted\"}"]);
            Assert.Equal(Devices, metrics["defender_mqtt_clients"]);
            Assert.Equal(Devices, metrics["defender_mqtt_packets_received_total{type=\"pingreq\"}"]);
        }
        finally
        {
            foreach (RawClient client in clients)
                await client.DisposeAsync();
        }

        await gateway.WaitForMetricsAsync(metrics => metrics["defender_mqtt_clients"] == 0);
    }

    private static double Elapsed(long start) => TimeProvider.System.GetElapsedTime(start).TotalSeconds;
}
