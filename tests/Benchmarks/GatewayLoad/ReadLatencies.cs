using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using Defender.Evaluator.Metrics;
using Defender.Gateway.Storage.MetricValues;
using Defender.Gateway.Storage.Sqlite;

namespace Defender.Benchmarks.GatewayLoad;

/// <summary>Measures how long reads take: all calls in turn, round by round, so that what else the machine does falls on all alike.</summary>
internal static class ReadLatencies
{
    private const int Rounds = 20;
    private const int CallsOfRound = 20;
    private const int MaxPages = 39;

    /// <summary>Calls the API and prints a row for each call, the slowest half named first by its operation.</summary>
    public static async Task MeasureCallsAsync(SignedClient client, DateTimeOffset now)
    {
        var calls = new List<ReadCall>();
        foreach (ReadCall call in ReadCalls.Make(now))
        {
            calls.Add(call);
            if (call.IsPaged && await call.DeepAsync(client, MaxPages) is { } deep)
                calls.Add(deep);
        }

        var times = calls.Select(_ => new Latencies()).ToArray();
        var sizes = new int[calls.Count];
        // The first two rounds are for the compiler.
        for (int round = -2; round < Rounds; round++)
        {
            for (int i = 0; i < calls.Count; i++)
            {
                for (int n = 0; n < CallsOfRound; n++)
                {
                    long start = TimeProvider.System.GetTimestamp();
                    sizes[i] = (await calls[i].SendAsync(client)).Length;
                    if (round >= 0)
                        times[i].Add(TimeProvider.System.GetElapsedTime(start));
                }
            }
        }

        Console.WriteLine("| operation | filters | page | KB | p50 ms | p99 ms |\n| --- | --- | --- | --- | --- | --- |");
        for (int i = 0; i < calls.Count; i++)
        {
            string page = calls[i].IsPaged ? $"{calls[i].PagesBefore + 1}" : "";
            Print($"| {calls[i].Operation} | {calls[i].Filters} | {page} | {sizes[i] / 1024.0:0.0} | {times[i].Percentile(0.5):0.00} | {times[i].Percentile(0.99):0.00} |");
        }
    }

    /// <summary>Reads one metric of one thing, all of its fourteen days, from the store, and prints a row.</summary>
    public static void MeasureSeries(string directory, DateTimeOffset now)
    {
        using SqliteStore store = SqliteStore.OpenForReading(directory);
        var reader = new MetricValueReader(store, new SeriesTable(store));
        foreach (Metric metric in new[] { BuiltInMetrics.AllBytesOut, BuiltInMetrics.ListeningTcpPorts, BuiltInMetrics.DestinationIpAddresses })
        {
            var times = new Latencies();
            int values = 0;
            for (int i = -50; i < 400; i++)
            {
                long start = TimeProvider.System.GetTimestamp();
                values = reader.Newest(SampleAccount.Thing(17), metric, null, now.AddDays(-MetricHistory.Days - 1), now, int.MaxValue - 1).Count;
                if (i >= 0)
                    times.Add(TimeProvider.System.GetElapsedTime(start));
            }

            Print($"| {metric.Name} | {values} | {times.Percentile(0.5):0.00} | {times.Percentile(0.99):0.00} |");
        }
    }

    private static void Print(FormattableString row) => Console.WriteLine(row.ToString(CultureInfo.InvariantCulture));
}
