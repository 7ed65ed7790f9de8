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
    private static readonly OptionSpec ConfigOption = new("--config", "FILE", $"The configuration it will run with (default {ConfigurationLoader.DefaultFile}); with --root a path in the image");
    private static readonly OptionSpec DryRunOption = new("--dry-run", null, "Say what would be done, and do nothing");
    private static readonly OptionSpec RootOption = new("--root", "DIRECTORY", "Put files into the image below this directory and start nothing here");
    private static readonly OptionSpec SeeAllOption =
        new("--see-all-processes", null, "Grant CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH, for custom metric listening-processes");
    private static readonly OptionSpec PurgeOption = new("--purge", null, "Remove kept reports, report ids and counters too");

    // What StateDirectory= makes for a user that exists only while it runs: the directory, and a link to it.
    private static readonly string[] Kept = ["/var/lib/private/defender-agent", "/var/lib/defender-agent"];

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
          defender-agent install --root image/ --config /etc/defender-agent/agent.json
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
        if (!ImageRoot.TryOpen(values.TryGet(RootOption.Name, out string? directory) ? directory : null, out ImageRoot? root, out string? error))
            return Task.FromResult(terminal.Refuse(error, Install));

        string file = root.There(values.TryGet(ConfigOption.Name, out string? given) ? given : ConfigurationLoader.DefaultFile);
        List<ConfigurationMistake> mistakes = [];
        AgentConfiguration configuration = ConfigurationOptions.Load(values, [], root.Here(file), mistakes);
        _ = AgentPlan.ForDelivery(configuration, once: false, mistakes);
        foreach (Finding finding in new CredentialFiles(configuration, terminal.TimeProvider.GetUtcNow(), root).Check())
        {
            if (finding.Severity == Severity.Failure)
                mistakes.Add(new ConfigurationMistake("", $"{finding.Text}; {finding.Advice}"));
        }

        Installation plan = Installation.Plan(
            configuration, root, terminal.Process.Executable, Installation.IsNativeBuild, values.Has(SeeAllOption.Name), mistakes);
        if (mistakes.Count > 0)
            return Task.FromResult(terminal.Refuse(mistakes, Install));

        foreach (string note in plan.Notes)
            terminal.Print($"note: {note}\n");
        ServiceSteps steps = new(terminal, root, values.Has(DryRunOption.Name));
        return steps.RunAsync(Install, async () =>
        {
            if (plan.CopiesExecutable)
                steps.Copy(plan.Source, plan.Options.Executable);
            steps.Write(UnitFile.Path, UnitFile.Write(plan.Options));
            await steps.CallAsync("daemon-reload");
            await steps.CallAsync("enable", UnitFile.Name);
            await steps.CallAsync("restart", UnitFile.Name);
            steps.Link(UnitFile.Wanted, UnitFile.Path);
            steps.Finish(root.IsThisSystem ? "installed; 'defender-agent status' shows how it does" : "installed; it starts with the image");
        });
    }

    private static Task<int> UninstallAsync(Terminal terminal, OptionValues values, CancellationToken stop)
    {
        if (!ImageRoot.TryOpen(values.TryGet(RootOption.Name, out string? directory) ? directory : null, out ImageRoot? root, out string? error))
            return Task.FromResult(terminal.Refuse(error, Uninstall));

        ServiceSteps steps = new(terminal, root, values.Has(DryRunOption.Name));
        return steps.RunAsync(Uninstall, async () =>
        {
            bool isInstalled = steps.Exists(UnitFile.Path);
            if (isInstalled)
                await steps.CallAsync("disable", "--now", UnitFile.Name);
            if (!root.IsThisSystem)
                steps.Remove(UnitFile.Wanted);
            steps.Remove(UnitFile.Path);
            if (isInstalled)
                await steps.CallAsync("daemon-reload");
            steps.Remove(Installation.OwnExecutable);
            foreach (string kept in Kept)
            {
                if (values.Has(PurgeOption.Name))
                    steps.RemoveTree(kept);
                else
                    steps.Keep(kept, "kept reports, report ids and counters; --purge removes it");
            }

            steps.Keep(Installation.PackagedExecutable, "it belongs to the package defender-agent");
            steps.Keep("/etc/defender-agent", "configuration and keys");

            steps.Finish("uninstalled; the configuration and the keys are untouched");
        });
    }
}
