using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Linux.Collectors;
using Defender.Agent.Linux.Configuration;

namespace Defender.Agent.Linux.CommandLine;

/// <summary><c>defender-agent collect</c>: prints reports, without a gateway.</summary>
internal static class CollectVerb
{
    private static readonly OptionSpec OnceOption = new("--once", null, "Print one report and exit 0");

    private static readonly Setting Window = new(
        "", "--window", "TIME", SettingKind.Duration, "1s", "Time the traffic counters are watched before the first report; 0: without network_stats")
    {
        Maximum = 3_600_000,
    };

    private static readonly Setting Interval = new("", "--interval", "TIME", SettingKind.Duration, "5s", "Time between reports")
    {
        Minimum = 1000,
        Maximum = 86_400_000,
    };

    public static Verb Verb { get; } = new(
        "collect",
        "Print reports of this machine to standard output; no gateway needed",
        [OnceOption, Window.Spec(), Interval.Spec(), .. ConfigurationOptions.Specs(Settings.OfCollection)],
        """
        A JSON report is one line; CBOR reports are raw bytes, one after the other.
        Without --once it goes on until Ctrl-C. TIME is 500ms, 5s, 5m, 1h or a number of seconds.

        Examples:
          defender-agent collect --once
          defender-agent collect --once --window 0 --names short | python3 -m json.tool
          defender-agent collect --interval 10s --format cbor > reports.cbor
        """)
    {
        RunAsync = RunAsync,
    };

    private static async Task<int> RunAsync(Terminal terminal, OptionValues values, CancellationToken stop)
    {
        List<ConfigurationMistake> mistakes = [];
        AgentConfiguration configuration = ConfigurationOptions.Load(values, Settings.OfCollection, file: null, mistakes);
        TimeSpan window = Read(Window, values, mistakes);
        TimeSpan interval = Read(Interval, values, mistakes);
        AgentPlan plan = AgentPlan.ForCollection(configuration, mistakes);
        if (mistakes.Count > 0)
            return terminal.Refuse(mistakes, Verb);

        ReportCollector collector = ReportCollector.ForThisMachine(plan.Collector, terminal.TimeProvider, terminal.Log);
        collector.CustomMetrics = RunVerb.Metrics(configuration, terminal);
        ReportPrinter printer = new(collector, plan.Format, plan.Names, terminal.Output, terminal.TimeProvider);
        try
        {
            await printer.RunAsync(window, interval, values.Has(OnceOption.Name), stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Ctrl-C is how it is meant to end.
        }
        catch (IOException failure) when (failure.HResult == StandardOutput.BrokenPipe)
        {
            // The reader of the pipe (head, jq) has what it wanted.
        }
        catch (IOException failure)
        {
            terminal.Log.OutputFailed(failure);
            return Terminal.Failure;
        }

        return Terminal.Success;
    }

    private static TimeSpan Read(Setting setting, OptionValues values, List<ConfigurationMistake> mistakes)
    {
        string text = values.TryGet(setting.Option, out string? given) ? given : setting.Default!;
        if (setting.TryParse(text, out SettingValue? value, out string? error))
            return TimeSpan.FromMilliseconds(value.Number);
        mistakes.Add(new ConfigurationMistake(setting.Option, error));
        return TimeSpan.Zero;
    }
}
