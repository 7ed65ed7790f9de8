using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Xunit;
using Xunit.Abstractions;

namespace Defender.Interop.Tests.Mqtt;

[Collection(StressCollection.Name)]
public sealed class MqttCrashTests(ITestOutputHelper output) : IDisposable
{
    private const int Rounds = 6;
    private const int Devices = 12;
    private const int Window = 8;
    private readonly string _directory = Directory.CreateTempSubdirectory("defender-mqtt-crash-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Kill_9_under_load_loses_no_report_that_was_acknowledged()
    {
        var random = new Random(17);
        var acknowledged = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int round = 0; round < Rounds; round++)
        {
            // The profile stays in the data directory.
            string[] profile = round == 0 ? ["--profile", RunningGateway.AttackSurface] : [];
            await using DeviceGateway gateway = await DeviceGateway.StartOnAsync(_directory, ["--limit", "publishes-per-second=0", .. profile]);
            int heard = 0;
            (string Thing, Task<int> Reports)[] devices = [.. Enumerable.Range(0, Devices).Select(each => $"device-{round}-{each}")
                .Select((thing, each) => (thing, ReportAsync(gateway.Port, thing, each % 2 == 1, () => Interlocked.Increment(ref heard))))];
            while (Volatile.Read(ref heard) < Devices * 5)
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(0, 200)), TimeProvider.System);
            gateway.Process.Kill9();
            foreach ((string thing, Task<int> reports) in devices)
                acknowledged[thing] = await reports.WaitAsync(ChildProcess.Deadline, TimeProvider.System);
        }

        Dictionary<string, HashSet<int>> stored = await ReadStoredAsync();

        output.WriteLine($"{acknowledged.Values.Sum()} reports acknowledged in {Rounds} rounds, the effects of {stored.Values.Sum(ports => ports.Count)} are stored");
        Assert.All(acknowledged, each => Assert.True(each.Value > 0, $"{each.Key} had no report acknowledged"));
        foreach ((string thing, int reports) in acknowledged)
            Assert.Superset(Enumerable.Range(1, reports).ToHashSet(), stored[thing]);
    }

    // Every report opens or closes 2323, which is an event, and each has a port of its own besides, which tells whose event it is.
    // Returns the number of the last report that was acknowledged; acknowledgements come in order.
    private static async Task<int> ReportAsync(string port, string thing, bool isV5, Action onAcknowledged)
    {
        await using RawClient client = await RawClient.ConnectAsync(port, thing, isV5);
        int acknowledged = 0;
        try
        {
            for (int sent = 0; ;)
            {
                for (; sent < acknowledged + Window; sent++)
                {
                    int number = sent + 1;
                    int[] ports = number % 2 == 1 ? [10_000 + number, 2323] : [10_000 + number];
                    await client.SendAsync(RawPackets.Publish(
                        Mosquitto.ReportTopic(thing), Encoding.UTF8.GetBytes(Mosquitto.ReportWithPorts(number, ports)), (ushort)number, isV5));
                }

                byte[] answer = await client.ReadAsync();
                if (answer.Length == 0)
                    return acknowledged;
                Assert.Equal((RawPackets.PubAck, ++acknowledged), (answer[0], (answer[1] << 8) | answer[2]));
                onAcknowledged();
            }
        }
        catch (IOException)
        {
            return acknowledged;
        }
    }

    // Numbers of the reports that have left an event, by thing.
    private async Task<Dictionary<string, HashSet<int>>> ReadStoredAsync()
    {
        await using ChildProcess list = ChildProcess.StartGateway("violations", "--json", "--limit", "1000000", "--data", _directory);
        var stored = new Dictionary<string, HashSet<int>>(StringComparer.Ordinal);
        foreach (string line in await list.ReadToEndAsync())
        {
            using JsonDocument violation = JsonDocument.Parse(line);
            string thing = violation.RootElement.GetProperty("thingName").GetString()!;
            if (!stored.TryGetValue(thing, out HashSet<int>? numbers))
                stored.Add(thing, numbers = []);
            foreach (JsonElement port in violation.RootElement.GetProperty("metricValue").GetProperty("ports").EnumerateArray())
                numbers.Add(port.GetInt32() - 10_000);
        }

        return stored;
    }
}
