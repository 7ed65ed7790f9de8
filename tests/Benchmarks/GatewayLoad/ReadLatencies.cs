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
    private const int Rounds = 10;
    private const int CallsOfRound = 100;
    private const int SeriesOfRound = 100;
    private const int MaxPages = 39;

    /// <summary>Calls the API and prints a row for each call.</summary>
    public static async Task MeasureCallsAsync(SignedClient client, DateTimeOffset now)
    {
        var calls = new List<ReadCall>();
        foreach (ReadCall call in ReadCalls.Make(now))
        {
            calls.Add(call);
            if (call.IsPaged && await call.DeepAsync(client, MaxPages) is { } deep)
                calls.Add(deep);
        }

        Latencies[] times = [];
        var sizes = new int[calls.Count];
        // The first round is for the compiler.
        for (int round = -1; round < Rounds; round++)
        {
            if (round <= 0)
                times = [.. calls.Select(_ => new Latencies())];
            for (int i = 0; i < calls.Count; i++)
            {
                times[i].BeginRound();
                for (int n = 0; n < CallsOfRound; n++)
                {
                    long start = TimeProvider.System.GetTimestamp();
                    sizes[i] = (await calls[i].SendAsync(client)).Length;
                    times[i].Add(TimeProvider.System.GetElapsedTime(start));
                }
            }
        }

        Console.WriteLine("| operation | filters | page | KB | p50 ms | p99 ms | p99 ms, quietest round |\n| --- | --- | --- | --- | --- | --- | --- |");
        for (int i = 0; i < calls.Count; i++)
        {
            string page = calls[i].IsPaged ? $"{calls[i].PagesBefore + 1}" : "";
            Print($"| {calls[i].Operation} | {calls[i].Filters} | {page} | {sizes[i] / 1024.0:0.0} | {times[i].Percentile(0.5):0.00} | {times[i].Percentile(0.99):0.00} | {times[i].QuietPercentile(0.99):0.00} |");
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
            for (int round = -1; round < Rounds; round++)
            {
                if (round <= 0)
                    times = new Latencies();
                times.BeginRound();
                for (int n = 0; n < SeriesOfRound; n++)
                {
                    long start = TimeProvider.System.GetTimestamp();
                    values = reader.Newest(SampleAccount.Thing(17), metric, null, now.AddDays(-MetricHistory.Days - 1), now, int.MaxValue - 1).Count;
                    times.Add(TimeProvider.System.GetElapsedTime(start));
                }
            }

            Print($"| {metric.Name} | {values} | {times.Percentile(0.5):0.00} | {times.Percentile(0.99):0.00} | {times.QuietPercentile(0.99):0.00} |");
        }
    }

    private static void Print(FormattableString row) => Console.WriteLine(row.ToString(CultureInfo.InvariantCulture));
}
