using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Access;
using Defender.Mqtt;
using Defender.Mqtt.Client;

namespace Defender.Benchmarks.GatewayLoad;

/// <summary>
/// Reports at QoS 1 over several connections, each of which sends the next when the one before is acknowledged, that is stored;
/// and callers of the API beside them.
/// </summary>
internal sealed class ReportLoad : IAsyncDisposable
{
    private const int Connections = 64;
    private const int Callers = 4;

    private readonly List<MqttClient> _clients = [];
    private readonly int _httpPort;
    private readonly AccessKey _key;
    private long _reportId = 1;

    private ReportLoad(int httpPort, AccessKey key)
    {
        _httpPort = httpPort;
        _key = key;
    }

    public static async Task<ReportLoad> ConnectAsync(int mqttPort, int httpPort, AccessKey key)
    {
        var load = new ReportLoad(httpPort, key);
        for (int i = 0; i < Connections; i++)
        {
            load._clients.Add(await MqttClient.ConnectAsync(
                new MqttClientOptions { Host = "127.0.0.1", Port = mqttPort, ClientId = $"load-{i}", AckTimeout = TimeSpan.FromSeconds(60) },
                CancellationToken.None));
        }

        return load;
    }

    /// <summary>Sends for a while.</summary>
    /// <param name="span">How long.</param>
    /// <param name="calls">What the callers ask in turn; none for no callers.</param>
    /// <param name="callsPerSecond">How often, all callers together; 0 for as often as they are answered.</param>
    /// <returns>Reports and calls a second.</returns>
    public async Task<(double Reports, double Calls)> RunAsync(TimeSpan span, IReadOnlyList<ReadCall> calls, int callsPerSecond)
    {
        using var end = new CancellationTokenSource(span);
        long start = TimeProvider.System.GetTimestamp();
        Task<long>[] calling = [.. Enumerable.Range(0, calls.Count == 0 ? 0 : Callers).Select(i => CallAsync(i, calls, callsPerSecond, end.Token))];
        long[] reports = await Task.WhenAll(_clients.Select((client, i) => ReportAsync(client, i, end.Token)));
        double seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        long[] called = await Task.WhenAll(calling);
        return (reports.Sum() / seconds, called.Sum() / seconds);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (MqttClient client in _clients)
            await client.DisposeAsync();
    }

    private async Task<long> ReportAsync(MqttClient client, int connection, CancellationToken end)
    {
        await Task.Yield();
        var device = new SampleDevice(connection);
        long sent = 0;
        // Each connection reports for its share of the things.
        for (int thing = connection; !end.IsCancellationRequested; thing = (thing + Connections) % SampleAccount.Things)
        {
            device.Advance(TimeProvider.System.GetUtcNow());
            byte[] report = device.ToJson(Interlocked.Increment(ref _reportId));
            await client.PublishAsync($"$aws/things/{SampleAccount.Thing(thing)}/defender/metrics/json", report, MqttQoS.AtLeastOnce, CancellationToken.None);
            sent++;
        }

        return sent;
    }

    private async Task<long> CallAsync(int caller, IReadOnlyList<ReadCall> calls, int callsPerSecond, CancellationToken end)
    {
        await Task.Yield();
        using var client = new SignedClient(_httpPort, _key, TimeProvider.System);
        using PeriodicTimer? pace = callsPerSecond == 0 ? null : new PeriodicTimer(TimeSpan.FromSeconds((double)Callers / callsPerSecond));
        long answered = 0;
        try
        {
            for (int i = caller; !end.IsCancellationRequested; i++)
            {
                if (pace is not null)
                    await pace.WaitForNextTickAsync(end);
                await calls[i % calls.Count].SendAsync(client);
                answered++;
            }
        }
        catch (OperationCanceledException)
        {
            // The time is over.
        }

        return answered;
    }
}
