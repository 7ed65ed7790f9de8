using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Linux.Configuration;
using Defender.Agent.Linux.Diagnosis;
using Defender.Agent.Linux.Service;

namespace Defender.Agent.Linux.CommandLine;

/// <summary><c>defender-agent install</c> and <c>uninstall</c>.</summary>
internal static class InstallVerbs
{
    private static readonly OptionSpec ConfigOption = new("--config", "FILE", $"The configuration it will run with (default {ConfigurationLoader.DefaultFile})");
    private static readonly OptionSpec DryRunOption = new("--dry-run", null, "Say what would be done, and do nothing");
    private static readonly OptionSpec RootOption = new("--root", "DIRECTORY", "Put files below this directory and start nothing: for images");
    private static readonly OptionSpec SeeAllOption =
        new("--see-all-processes", null, "Grant CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH, for custom metric listening-processes");
    private static readonly OptionSpec PurgeOption = new("--purge", null, "Remove kept reports, report ids and counters too");

    public static Verb Install { get; } = new(
        "install",
        "Run the agent as a hardened systemd service; needs root, the service itself has no rights",
        [ConfigOption, DryRunOption, RootOption, SeeAllOption],
        """
        Checks the configuration, writes the unit and starts it. The service runs as a user that exists only while it runs, without
        capabilities; certificate and key may be readable by root only. Run it again after a change of the configuration.

        Examples:
          sudo defender-agent install --dry-run
          sudo defender-agent install --config /etc/defender-agent/agent.json
        """)
    {
        RunAsync = InstallAsync,
    };

    public static Verb Uninstall { get; } = new(
        "uninstall",
        "Stop the service and remove what 'install' put in place; configuration and keys stay",
        [DryRunOption, RootOption, PurgeOption],
        """
        Examples:
          sudo defender-agent uninstall --dry-run
          sudo defender-agent uninstall --purge
        """)
    {
        RunAsync = UninstallAsync,
    };

    private static Task<int> InstallAsync(Terminal terminal, OptionValues values, CancellationToken stop)
    {
        string file = values.TryGet(ConfigOption.Name, out string? given) ? given : ConfigurationLoader.DefaultFile;
        List<ConfigurationMistake> mistakes = [];
        AgentConfiguration configuration = ConfigurationOptions.Load(values, [], file, mistakes);
        _ = AgentPlan.ForDelivery(configuration, once: false, mistakes);
        foreach (Finding finding in new CredentialFiles(configuration, terminal.TimeProvider.GetUtcNow()).Check())
        {
            if (finding.Severity == Severity.Failure)
                mistakes.Add(new ConfigurationMistake("", $"{finding.Text}; see: {finding.Mend}"));
        }

        Installation plan = Installation.Plan(
            configuration, terminal.Process.Executable, Installation.IsNativeBuild, values.Has(SeeAllOption.Name), mistakes);
        if (mistakes.Count > 0)
            return Task.FromResult(terminal.Refuse(mistakes, Install));

        foreach (string note in plan.Notes)
            terminal.Print($"note: {note}\n");
        ServiceSteps steps = new(terminal, values.TryGet(RootOption.Name, out string? root) ? root : "", values.Has(DryRunOption.Name));
        return steps.RunAsync(Install, async () =>
        {
            if (plan.CopiesExecutable)
                steps.Copy(plan.Source, plan.Options.Executable);
            steps.Write(UnitFile.Path, UnitFile.Write(plan.Options));
            await steps.CallAsync("daemon-reload");
            await steps.CallAsync("enable", UnitFile.Name);
            await steps.CallAsync("restart", UnitFile.Name);
            steps.Finish("installed; 'defender-agent status' shows how it does");
        });
    }

    private static Task<int> UninstallAsync(Terminal terminal, OptionValues values, CancellationToken stop)
    {
        ServiceSteps steps = new(terminal, values.TryGet(RootOption.Name, out string? root) ? root : "", values.Has(DryRunOption.Name));
        return steps.RunAsync(Uninstall, async () =>
        {
            if (steps.Exists(UnitFile.Path))
            {
                await steps.CallAsync("disable", "--now", UnitFile.Name);
                steps.Remove(UnitFile.Path);
                await steps.CallAsync("daemon-reload");
            }

            steps.Remove(Installation.OwnExecutable);
            if (values.Has(PurgeOption.Name))
            {
                steps.RemoveTree("/var/lib/private/defender-agent");
                steps.RemoveTree("/var/lib/defender-agent");
            }

            steps.Finish("uninstalled; the configuration and the keys are untouched");
        });
    }
}
