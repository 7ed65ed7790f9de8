using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using static Defender.Benchmarks.MqttLoad.MqttBenchmark;

namespace Defender.Benchmarks.MqttLoad;

/// <summary>What a connection costs while nothing happens on it, and what it costs to make it; plain, or by mutual TLS where certificates are given.</summary>
internal static class ConnectionCost
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    /// <summary>Memory a connection and processor time of all together, 10,000 silent ones.</summary>
    public static async Task MeasureIdleAsync(LoadSettings settings)
    {
        int connections = settings.Number("connections", 10_000);
        TimeSpan span = settings.Seconds(30);
        Print($"\n{connections} silent connections, {Kind(settings)}, after {Settling.TotalSeconds:0} s, for {span.TotalSeconds:0} s\n");
        Print($"| server | connected | resident KB a connection | CPU % of a core |\n| --- | --- | --- | --- |");
        foreach (Func<LoadSettings, ServerProcess> start in Servers)
        {
            using ServerProcess server = start(settings);
            await using LoadClients clients = LoadClients.Of(server, settings);
            // What a server takes once, it takes for the first hundred.
            await clients.ConnectAsync(100);
            await clients.DisconnectAllAsync();
            await Task.Delay(Settling, TimeProvider.System);
            long before = server.ResidentKilobytes;
            await clients.ConnectAsync(connections);
            await Task.Delay(Settling, TimeProvider.System);
            double each = (server.ResidentKilobytes - before) / (double)connections;
            TimeSpan processor = server.ProcessorTime;
            await Task.Delay(span, TimeProvider.System);
            Print($"| {server.Name} | {clients.Connected} | {each:0.00} | {100 * ((server.ProcessorTime - processor) / span):0.00} |");
        }
    }

    /// <summary>Processor time of CONNECT, CONNACK, DISCONNECT and what the transport takes.</summary>
    public static async Task MeasureConnectAsync(LoadSettings settings)
    {
        int connections = settings.Number("connections", settings.Tls is null ? 4000 : 500);
        int rounds = settings.Number("rounds", 5);
        Print($"\nConnect and disconnect, {connections} a round, {Kind(settings)}\n");
        List<ServerProcess> servers = [];
        try
        {
            servers.AddRange(Servers.Select(start => start(settings)));
            var costs = servers.ToDictionary(server => server, _ => new List<double>());
            var refused = servers.ToDictionary(server => server, _ => 0);
            for (int round = 0; round <= rounds; round++)
            {
                foreach (ServerProcess server in servers)
                {
                    await using LoadClients clients = LoadClients.Of(server, settings);
                    TimeSpan before = server.ProcessorTime;
                    await clients.ConnectAsync(connections);
                    refused[server] += connections - clients.Connected;
                    await clients.DisconnectAllAsync();
                    // Closing is work too; most of it is done at once.
                    await Task.Delay(TimeSpan.FromSeconds(0.5), TimeProvider.System);
                    if (round > 0)
                        costs[server].Add((server.ProcessorTime - before).TotalMicroseconds / connections);
                }
            }

            Print($"| server | CPU us a connection | refused |\n| --- | --- | --- |");
            foreach (ServerProcess server in servers)
                Print($"| {server.Name} | {Median(costs[server]):0} | {refused[server]} |");
            Print($"\nCPU a connection, gateway to mosquitto: {Median(costs[servers[1]].Zip(costs[servers[0]], (gateway, mosquitto) => gateway / mosquitto)):0.00}");
        }
        finally
        {
            servers.ForEach(server => server.Dispose());
        }
    }

    private static Func<LoadSettings, ServerProcess>[] Servers => [ServerProcess.StartMosquitto, ServerProcess.StartGateway];

    private static string Kind(LoadSettings settings) => settings.Tls is null ? "plain TCP" : "mutual TLS";
}
