using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using static Defender.Benchmarks.MqttLoad.MqttBenchmark;

namespace Defender.Benchmarks.MqttLoad;

/// <summary>What a report costs: as fast as they are acknowledged, and at the rate of a million devices that report each five minutes.</summary>
internal static class Throughput
{
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(1);

    /// <summary>1,000 clients, each with one report in flight.</summary>
    public static async Task MeasureSaturationAsync(LoadSettings settings)
    {
        int connections = settings.Number("connections", 1000);
        TimeSpan span = settings.Seconds(5);
        Print($"\nSaturation, {connections} connections, 1 report in flight each\n");
        await AlternateAsync(settings, connections, window: 1, driver => driver.RunClosed(span));
    }

    /// <summary>3,333 reports a second on 5,000 clients.</summary>
    public static async Task MeasureDesignRateAsync(LoadSettings settings)
    {
        int connections = settings.Number("connections", 5000);
        int rate = settings.Number("rate", 3333);
        TimeSpan span = settings.Seconds(15);
        Print($"\n{rate} reports a second on {connections} connections; late is after {Late.TotalSeconds:0} s\n");
        await AlternateAsync(settings, connections, settings.Number("window", 10), driver => driver.RunOpen(span, rate));
    }

    private static async Task AlternateAsync(LoadSettings settings, int connections, int window, Func<LoadDriver, LoadResult> run)
    {
        Contender[] both = await Contender.StartBothAsync(settings, connections, window, "load-");
        try
        {
            // The first round of each compiles and fills what is kept; it does not count.
            int rounds = settings.Number("rounds", 5);
            for (int round = 0; round <= rounds; round++)
            {
                foreach (Contender contender in both)
                    contender.Measure(run);
            }

            Show(both);
        }
        finally
        {
            Array.ForEach(both, contender => contender.Dispose());
        }
    }

    private static void Show(Contender[] both)
    {
        Print($"| server | reports/s | CPU us a report | CPU % of a core | driver CPU us a report | ack p50 ms | ack p99 ms | lost | late | disconnects | bytes allocated a report |");
        Print($"| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (Contender contender in both)
        {
            LoadRound[] rounds = [.. contender.Rounds.Skip(1)];
            double? allocated = rounds[0].AllocatedPerReport is null ? null : Median(rounds.Select(round => round.AllocatedPerReport ?? 0));
            Print($"| {contender.Server.Name} | {Of(rounds, round => round.ReportsPerSecond):0} | {Of(rounds, round => round.MicrosecondsPerReport):0.0} | {Of(rounds, round => 100 * round.ProcessorShare):0.0} | {Of(rounds, round => round.DriverMicrosecondsPerReport):0.0} | {Of(rounds, round => round.Result.Percentile(0.5)):0.00} | {Of(rounds, round => round.Result.Percentile(0.99)):0.0} | {rounds.Sum(round => round.Result.Lost)} | {rounds.Sum(round => round.Result.LaterThan(Late))} | {rounds.Sum(round => round.Result.Disconnects)} | {(allocated is { } bytes ? $"{bytes:0}" : "not shown")} |");
        }

        // Neighbours in time saw the same machine.
        IEnumerable<double> ratios = both[1].Rounds.Zip(both[0].Rounds, (gateway, mosquitto) => gateway.MicrosecondsPerReport / mosquitto.MicrosecondsPerReport).Skip(1);
        Print($"\nCPU a report, gateway to mosquitto: {Median(ratios):0.00}, median of the rounds' ratios");
    }

    private static double Of(LoadRound[] rounds, Func<LoadRound, double> value) => Median(rounds.Select(value));
}
