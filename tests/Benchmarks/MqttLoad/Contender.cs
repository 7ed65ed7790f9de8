using System;
using System.Collections.Generic;
using System.Threading.Tasks;

namespace Defender.Benchmarks.MqttLoad;

/// <summary>A server with the driver's clients on it, and the rounds it has had.</summary>
internal sealed class Contender : IDisposable
{
    public Contender(ServerProcess server, LoadDriver driver)
    {
        Server = server;
        Driver = driver;
    }

    public ServerProcess Server { get; }

    public LoadDriver Driver { get; }

    public List<LoadRound> Rounds { get; } = [];

    /// <summary>Mosquitto and the gateway, both started and with as many clients each.</summary>
    public static async Task<Contender[]> StartBothAsync(LoadSettings settings, int connections, int window, string prefix)
    {
        var both = new List<Contender>();
        try
        {
            foreach (Func<LoadSettings, ServerProcess> start in new[] { ServerProcess.StartMosquitto, ServerProcess.StartGateway })
            {
                ServerProcess server = start(settings);
                both.Add(new Contender(server, new LoadDriver(server.Port, window, prefix)));
                if (server.Key is not null)
                    await Acceptance.EnsureAsync(server);
                both[^1].Driver.Connect(connections);
            }
        }
        catch
        {
            both.ForEach(contender => contender.Dispose());
            throw;
        }

        return [.. both];
    }

    /// <summary>Runs the driver once and notes what the server took meanwhile.</summary>
    public LoadRound Measure(Func<LoadDriver, LoadResult> run)
    {
        TimeSpan before = Server.ProcessorTime;
        double? allocatedBefore = GatewayMetrics.Read(Server, GatewayMetrics.AllocatedBytes);
        TimeSpan ownBefore = Environment.CpuUsage.TotalTime;
        LoadResult result = run(Driver);
        TimeSpan own = Environment.CpuUsage.TotalTime - ownBefore;
        var round = new LoadRound(
            result,
            Server.ProcessorTime - before,
            own,
            GatewayMetrics.Read(Server, GatewayMetrics.AllocatedBytes) - allocatedBefore);
        Rounds.Add(round);
        return round;
    }

    public void Dispose()
    {
        Driver.Dispose();
        Server.Dispose();
    }
}
