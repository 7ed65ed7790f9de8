using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Defender.Benchmarks.MqttLoad;

namespace Defender.Benchmarks.Agent;

/// <summary>
/// What a report costs the device: collected and written by each of the agent's ways, beside a loop in C over /proc and beside
/// ss, in alternating rounds among the same sockets. Needs root, gcc, iproute2 and util-linux. Prints tables, asserts nothing.
/// </summary>
internal static class AgentBenchmark
{
    private const int Rounds = 5;
    private const int Cap = 500;

    private static readonly (int Listeners, int Udp, int Connections)[] Sizes = [(5, 5, 10), (50, 20, 1000), (200, 100, 10_000), (500, 200, 50_000)];

    /// <param name="sizes">Connections to measure at; all where none is named.</param>
    public static void Run(IReadOnlyCollection<string> sizes)
    {
        string directory = Directory.CreateTempSubdirectory("defender-benchmark-").FullName;
        try
        {
            (string workload, string floor) = SocketWorkload.Compile(directory);
            MqttBenchmark.Print($"CPU ms a report, medians of {Rounds} rounds; x: of the C loop over /proc");
            foreach ((int Listeners, int Udp, int Connections) size in Sizes)
            {
                if (sizes.Count == 0 || sizes.Contains(size.Connections.ToString(CultureInfo.InvariantCulture)))
                    Measure(workload, floor, size);
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static void Measure(string workload, string floor, (int Listeners, int Udp, int Connections) size)
    {
        using var sockets = new SocketWorkload(workload, size);
        int reports = Math.Clamp(100_000 / size.Connections, 10, 1000);
        string count = reports.ToString(CultureInfo.InvariantCulture);
        string cap = Cap.ToString(CultureInfo.InvariantCulture);
        string self = Path.Combine(AppContext.BaseDirectory, "Defender.Benchmarks.dll");
        (string Name, string Program, string[] Arguments)[] contenders =
        [
            ("C loop over /proc", floor, ["proc", count]),
            ("ss -Htuna", floor, ["run", "5", "ss", "-Htuna"]),
            ("agent, netlink, JSON", "dotnet", [self, "agent-worker", "netlink", count, cap, "json"]),
            ("agent, netlink, CBOR", "dotnet", [self, "agent-worker", "netlink", count, cap, "cbor"]),
            ("agent, /proc, JSON", "dotnet", [self, "agent-worker", "proc", count, cap, "json"]),
        ];
        var results = contenders.ToDictionary(contender => contender.Name, _ => new List<double[]>());
        for (int round = 0; round < Rounds; round++)
        {
            foreach ((string name, string program, string[] arguments) in contenders)
                results[name].Add(sockets.Measure(program, arguments));
        }

        MqttBenchmark.Print($"{size.Listeners} TCP and {size.Udp} UDP listeners, {size.Connections} connections ({2 * size.Connections} rows)");
        double unit = MqttBenchmark.Median(results[contenders[0].Name].Select(numbers => numbers[0]));
        foreach ((string name, _, _) in contenders)
        {
            double milliseconds = MqttBenchmark.Median(results[name].Select(numbers => numbers[0]));
            double[] last = results[name][^1];
            string more = last.Length > 2 ? string.Create(CultureInfo.InvariantCulture, $", total {last[1]}, {last[2]} bytes, {last[3]} allocated") : "";
            MqttBenchmark.Print($"  {name,-22}{milliseconds,9:0.000} ms  x{milliseconds / unit:0.00}{more}");
        }
    }
}
