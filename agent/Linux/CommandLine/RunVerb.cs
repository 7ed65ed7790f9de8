using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Linux.Collectors;
using Defender.Agent.Linux.Configuration;
using Defender.Agent.Linux.Delivery;
using Defender.Agent.Linux.Diagnosis;
using Defender.Agent.Linux.Logging;
using Defender.Agent.Linux.Metrics;
using Defender.Agent.Linux.Service;

namespace Defender.Agent.Linux.CommandLine;

/// <summary><c>defender-agent run</c>: reports to a gateway.</summary>
internal static class RunVerb
{
    private static readonly OptionSpec OnceOption =
        new("--once", null, "Deliver one report and exit: 0 accepted, 1 rejected or not answered within 30 s");

    public static Verb Verb { get; } = new(
        "run",
        "Report this machine to a gateway until stopped",
        [OnceOption, .. ConfigurationOptions.Specs(Settings.All)],
        """
        What is not given here comes from the environment (--max-ports is DEFENDER_AGENT_MAX_PORTS), then from the file.
        Each report and its answer are logged to standard error. While the gateway is away the agent keeps trying and says so
        once a minute. SIGINT and SIGTERM disconnect and exit 0 (1 with --once). TIME is 5s, 5m, 1h or a number of seconds.

        Examples:
          defender-agent run --endpoint mqtt://127.0.0.1 --thing pump-17
          defender-agent run --config pump-17/agent.json
          defender-agent run --endpoint gateway.local --thing pump-17 --cert pump-17.crt --key pump-17.key --root-ca ca.crt
          defender-agent run --endpoint mqtt://127.0.0.1 --thing pump-17 --once && echo accepted
        """)
    {
        RunAsync = RunAsync,
    };

    private static Task<int> RunAsync(Terminal terminal, OptionValues values, CancellationToken stop)
    {
        List<ConfigurationMistake> mistakes = [];
        AgentConfiguration configuration = ConfigurationOptions.Load(values, Settings.All, file: null, mistakes);
        bool once = values.Has(OnceOption.Name);
        AgentPlan plan = AgentPlan.ForDelivery(configuration, once, mistakes);
        if (mistakes.Count > 0 || plan.Report is null || plan.Delivery is null)
            return Task.FromResult(terminal.Refuse(mistakes, Verb));

        if (!configuration.Is(Settings.Enabled))
        {
            return Task.FromResult(
                terminal.Refuse($"{configuration.Find(Settings.Enabled)!.Source}: {Settings.Enabled.Path} is false: there is nothing to do", Verb));
        }

        // Whoever finds a fault in what reads the gateway's bytes must not get the device with it.
        if (terminal.Process.IsRoot && !configuration.Is(Settings.AllowRoot))
        {
            return Task.FromResult(
                terminal.Refuse("does not run as root: 'defender-agent install' runs it as a user of its own, --allow-root true does it all the same", Verb));
        }

        Log log = terminal.Log;
        foreach (string note in configuration.Notes)
            log.ConfigurationNote(note);
        if (ConfigurationAccess.Check(configuration) is { } access)
            log.ConfigurationOpen(access.Text, access.Mend);

        CustomMetricCollector metrics = Metrics(configuration, terminal);
        ReportCollector collector = ReportCollector.ForThisMachine(plan.Collector, terminal.TimeProvider, log);
        collector.CustomMetrics = metrics;
        if (metrics.Count > 0)
            log.CustomMetrics(string.Join(", ", metrics.Names));

        using ServiceManager service = ServiceManager.OfThisProcess(log);

        // Seeded by the system: two devices that start together must not wait the same times.
        ReportDelivery delivery = new(collector, plan.Report, plan.Delivery, service, new Random(), terminal.TimeProvider, log);
        if (!once)
            log.Started(plan.Report.Thing.Value, plan.Delivery.Endpoint.ToString(), plan.Report.Interval);
        bool isAccepted = delivery.Run(stop);
        return Task.FromResult(isAccepted || !once ? Terminal.Success : Terminal.Failure);
    }

    /// <summary>The sources of the custom metrics of a configuration.</summary>
    public static CustomMetricCollector Metrics(AgentConfiguration configuration, Terminal terminal) => new(
        configuration.CustomMetrics.BuiltIn.ConvertAll(metric => metric.Name),
        configuration.CustomMetrics.Own.ConvertAll(metric => metric.Metric),
        terminal.TimeProvider,
        terminal.Log,
        terminal.Process.OwnsChildren);
}
