using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Control;
using Defender.Gateway.Hosting;
using Defender.Gateway.Storage.Sqlite;
using Microsoft.Extensions.Logging;

namespace Defender.Benchmarks.GatewayLoad;

/// <summary>
/// A whole gateway with a large account: how long its reads take over HTTP, what metric values take on disk, and what readers
/// cost the reports. Prints tables; asserts nothing, since times depend on the machine.
/// </summary>
internal static class ControlPlaneBenchmark
{
    private const int ThingsWithValues = 50;
    private const int Pairs = 25;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    /// <param name="parts">Which parts to run: reads, values, reports; all where none is named.</param>
    public static async Task RunAsync(IReadOnlyCollection<string> parts)
    {
        bool Runs(string part) => parts.Count == 0 || parts.Contains(part);
        DateTimeOffset now = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        if (Runs("values"))
            MeasureSizes(now);
        string directory = Directory.CreateTempSubdirectory("defender-benchmark-").FullName;
        try
        {
            Fill(directory, now);
            var options = new GatewayOptions { MqttPort = 0, HttpPort = 0, DataDirectory = directory, ApiRequestsPerSecond = 0 };
            await using GatewayHost host = await GatewayHost.CreateAsync(
                options, TextWriter.Null, TimeProvider.System, directory => SqliteStore.Open(directory), logging => logging.ClearProviders(), CancellationToken.None);
            await host.StartAsync(CancellationToken.None);
            if (Runs("reads"))
            {
                using var client = new SignedClient(host.HttpPort, host.FirstKey!, TimeProvider.System);
                await ReadLatencies.MeasureCallsAsync(client, now);
                Console.WriteLine("\n| series of 14 days | values | p50 ms | p99 ms | p99 ms, quietest round |\n| --- | --- | --- | --- | --- |");
                ReadLatencies.MeasureSeries(directory, now);
            }

            if (Runs("reports"))
                await MeasureReportsAsync(host, now);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static void Fill(string directory, DateTimeOffset now)
    {
        using SqliteStore store = SqliteStore.Open(directory);
        var control = new ControlPlane(store, new Arns(Arns.DefaultRegion, Arns.DefaultAccountId), TimeProvider.System);
        SampleAccount.Create(control);
        SampleViolations.Write(store, control.State, now);
        MetricHistory.Write(store, control.Rules, [.. Enumerable.Range(0, ThingsWithValues).Select(SampleAccount.Thing)], now);
    }

    private static void MeasureSizes(DateTimeOffset now)
    {
        Console.WriteLine("| kept values of 50 devices, 14 days | bytes a value | bytes a report |\n| --- | --- | --- |");
        foreach ((string name, string[] metrics) in new (string, string[])[]
        {
            ("7 counters", SampleProfiles.Counters),
            ("7 counters and the listening ports", [.. SampleProfiles.Counters, SampleProfiles.Ports]),
            ("7 counters and the destination addresses", [.. SampleProfiles.Counters, SampleProfiles.Addresses]),
        })
        {
            (double perDatapoint, double perReport) = MetricHistory.MeasureSize(ThingsWithValues, metrics, now);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {perDatapoint:0.00} | {perReport:0.0} |"));
        }

        Console.WriteLine();
    }

    private static async Task MeasureReportsAsync(GatewayHost host, DateTimeOffset now)
    {
        ReadCall[] calls = [.. ReadCalls.Make(now).Where(call => call.Operation is "ListActiveViolations" or "ListViolationEvents" or "ListThings" or "ListMetricValues")];
        await using ReportLoad load = await ReportLoad.ConnectAsync(host.MqttPort, host.HttpPort, host.FirstKey!);
        await load.RunAsync(Window, calls, 0);
        Console.WriteLine("\n| callers of the API | calls/s | reports/s without | reports/s with | ratio |\n| --- | --- | --- | --- | --- |");
        foreach ((string name, int rate) in new[] { ("4, 20 calls/s together", 20), ("4, 100 calls/s together", 100), ("4, as fast as they are answered", 0) })
        {
            List<double> alone = [], beside = [], called = [];
            for (int pair = 0; pair < Pairs; pair++)
            {
                alone.Add((await load.RunAsync(Window, [], 0)).Reports);
                (double reports, double answered) = await load.RunAsync(Window, calls, rate);
                beside.Add(reports);
                called.Add(answered);
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {name} | {Median(called):0} | {Median(alone):0} | {Median(beside):0} | {Median([.. beside.Zip(alone, (with, without) => with / without)]):0.00} |"));
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
