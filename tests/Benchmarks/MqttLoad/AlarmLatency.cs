using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Defender.Benchmarks.GatewayLoad;
using Defender.Mqtt;
using Defender.Mqtt.Client;
using static Defender.Benchmarks.MqttLoad.MqttBenchmark;

namespace Defender.Benchmarks.MqttLoad;

/// <summary>From the PUBLISH of a report that breaks a behavior to its violation in the API and to its message at an alert target, beside the design rate.</summary>
internal static class AlarmLatency
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.1);

    public static async Task MeasureAsync(LoadSettings settings)
    {
        int connections = settings.Number("connections", 5000);
        int rate = settings.Number("rate", 3333);
        int probes = settings.Number("probes", 100);
        using ServerProcess server = ServerProcess.StartGateway(settings);
        using var driver = new LoadDriver(server.Port, settings.Number("window", 10), "load-");
        driver.Connect(connections);
        driver.RunOpen(TimeSpan.FromSeconds(3), rate);

        using var stop = new CancellationTokenSource();
        Task<LoadResult> load = Task.Factory.StartNew(
            () => RunUntil(driver, rate, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        (List<double> api, List<double> alert) = await ProbeAsync(server, probes);
        await stop.CancelAsync();
        LoadResult result = await load;

        Print($"\n{probes} violations beside {result.Acknowledged / result.Elapsed.TotalSeconds:0} reports a second on {connections} connections, from PUBLISH\n");
        Print($"| until | p50 ms | p99 ms | longest ms |\n| --- | --- | --- | --- |");
        Print($"| ListActiveViolations shows it | {At(api, 0.5):0.0} | {At(api, 0.99):0.0} | {api.Max():0.0} |");
        Print($"| the alert's message has come by MQTT | {At(alert, 0.5):0.0} | {At(alert, 0.99):0.0} | {alert.Max():0.0} |");
    }

    private static LoadResult RunUntil(LoadDriver driver, int rate, CancellationToken stop)
    {
        // As long as the probes take.
        var whole = new LoadResult();
        while (!stop.IsCancellationRequested)
        {
            LoadResult part = driver.RunOpen(TimeSpan.FromSeconds(1), rate);
            part.CopyTo(whole);
        }

        return whole;
    }

    private static async Task<(List<double> Api, List<double> Alert)> ProbeAsync(ServerProcess server, int probes)
    {
        using var client = new SignedClient(server.HttpPort, server.Key!, TimeProvider.System);
        await using MqttClient operations = await ConnectAsync(server, "operations");
        await operations.SubscribeAsync(LoadProfile.AlertTopic, MqttQoS.AtLeastOnce, CancellationToken.None);
        List<double> api = [], alert = [];
        for (int probe = 0; probe < probes; probe++)
        {
            string thing = string.Create(CultureInfo.InvariantCulture, $"probe-{probe}");
            await using MqttClient device = await ConnectAsync(server, thing);
            long start = TimeProvider.System.GetTimestamp();
            Task<TimeSpan> told = AlertAsync(operations, thing, start);
            Task<TimeSpan> shown = ShownAsync(client, thing, start);
            await device.PublishAsync(
                $"$aws/things/{thing}/defender/metrics/json", LoadProfile.Violation(1_700_000_000), MqttQoS.AtLeastOnce, CancellationToken.None);
            api.Add((await shown).TotalMilliseconds);
            alert.Add((await told).TotalMilliseconds);
            await Task.Delay(Pause, TimeProvider.System);
        }

        return (api, alert);
    }

    private static Task<MqttClient> ConnectAsync(ServerProcess server, string clientId) => MqttClient.ConnectAsync(
        new MqttClientOptions { Host = "127.0.0.1", Port = server.Port, ClientId = clientId, AckTimeout = Patience }, CancellationToken.None);

    private static async Task<TimeSpan> ShownAsync(SignedClient client, string thing, long start)
    {
        byte[] name = Encoding.UTF8.GetBytes($"\"{thing}\"");
        while (TimeProvider.System.GetElapsedTime(start) < Patience)
        {
            ReadOnlyMemory<byte> answer = await client.CallAsync("GET", "/active-violations", [("thingName", thing)]);
            if (answer.Span.IndexOf(name) >= 0)
                return TimeProvider.System.GetElapsedTime(start);
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }

        throw new TimeoutException($"The violation of {thing} did not show.");
    }

    private static async Task<TimeSpan> AlertAsync(MqttClient operations, string thing, long start)
    {
        byte[] name = Encoding.UTF8.GetBytes($"\"{thing}\"");
        using var patience = new CancellationTokenSource(Patience);
        await foreach (MqttMessage message in operations.Messages.ReadAllAsync(patience.Token))
        {
            if (message.Payload.Span.IndexOf(name) >= 0)
                return TimeProvider.System.GetElapsedTime(start);
        }

        throw new TimeoutException($"The alert of {thing} did not come.");
    }

    private static double At(List<double> milliseconds, double share)
        => milliseconds.Order().ElementAt((int)Math.Ceiling(share * milliseconds.Count) - 1);
}
