using System;
using System.Collections.Generic;
using System.Text;
using System.Threading.Tasks;
using Defender.Agent.Linux.Configuration;
using Defender.Agent.Linux.Diagnosis;

namespace Defender.Agent.Linux.CommandLine;

/// <summary><c>defender-agent config check</c> and <c>config show</c>.</summary>
internal static class ConfigVerbs
{
    private const string Masked = "********";

    public static Verb Check { get; } = new(
        "config check",
        "Say all that is wrong with a configuration, its certificate and its key",
        ConfigurationOptions.Specs(Settings.All),
        """
        Exit code 0: it can be used; 1: it cannot, each mistake is a line. Warnings and what is ignored are lines too, and no mistake.
        JSON has no comments. An AWS IoT Device Client configuration can be used as it is.

        Examples:
          defender-agent config check
          defender-agent config check pump-17/agent.json
        """)
    {
        Operand = "FILE",
        RunAsync = (terminal, values, _) => Task.FromResult(CheckFile(terminal, values)),
    };

    public static Verb Show { get; } = new(
        "config show",
        "Show each setting with its value and where that comes from",
        ConfigurationOptions.Specs(Settings.All),
        """
        Sources are, each overriding those before it: default, FILE:LINE, an environment variable, an option. Secrets are masked.
        Exit code 0, or 1 when the configuration cannot be used.

        Examples:
          defender-agent config show
          defender-agent config show pump-17/agent.json --interval 60
        """)
    {
        Operand = "FILE",
        RunAsync = (terminal, values, _) => Task.FromResult(ShowFile(terminal, values)),
    };

    private static int CheckFile(Terminal terminal, OptionValues values)
    {
        AgentConfiguration configuration = Load(terminal, values, out bool isUsable);
        foreach (string note in configuration.Notes)
            terminal.Print($"note: {OneLine.Of(note)}\n");
        if (ConfigurationAccess.Check(configuration) is { } access)
            terminal.Print($"warning: {OneLine.Of($"{access.Text}; {access.Advice}")}\n");
        foreach (Finding finding in new CredentialFiles(configuration, terminal.TimeProvider.GetUtcNow()).Check())
        {
            if (finding.Severity == Severity.Failure)
            {
                isUsable = false;
                terminal.Say($"{finding.Text}; {finding.Advice}");
            }
            else
            {
                string advice = finding.Advice.Length == 0 ? "" : $"; {finding.Advice}";
                terminal.Print($"{(finding.Severity == Severity.Good ? "ok" : "warning")}: {OneLine.Of(finding.Text + advice)}\n");
            }
        }

        if (!isUsable)
            return Terminal.Failure;
        return terminal.Print($"ok: {configuration.File ?? "the configuration"} can be used\n");
    }

    private static int ShowFile(Terminal terminal, OptionValues values)
    {
        AgentConfiguration configuration = Load(terminal, values, out bool isUsable);
        List<(string Name, string Value, string Source)> rows = [];
        foreach (Setting setting in Settings.All)
        {
            SettingValue? value = configuration.Find(setting);
            string text = value is null ? "-"
                : setting.IsSecret && value.Text.Length > 0 ? Masked
                : setting == Settings.Endpoint ? Delivery.Endpoint.WithoutCredentials(value.Text)
                : value.Text;
            rows.Add((setting.Path, text, value?.Source ?? "not set"));
        }

        foreach ((string name, string source) in configuration.CustomMetrics.BuiltIn)
            rows.Add(($"{Settings.CustomMetrics}.{name}", "true", source));
        foreach ((Metrics.UserMetric metric, string source) in configuration.CustomMetrics.Own)
        {
            // Arguments are the place where people put passwords.
            string origin = metric.Command.Length == 0 ? metric.File
                : $"{metric.Command[0]}{(metric.Command.Length == 1 ? "" : $" and {metric.Command.Length - 1} more")}";
            rows.Add(($"{Settings.CustomMetrics}.{metric.Name}", $"{Metrics.CustomMetricTypes.Name(metric.Type)} of {origin}", source));
        }

        int names = 0;
        int texts = 0;
        foreach ((string name, string value, _) in rows)
        {
            names = Math.Max(names, name.Length);
            texts = Math.Min(48, Math.Max(texts, value.Length));
        }

        StringBuilder table = new();
        foreach ((string name, string value, string source) in rows)
            table.Append(OneLine.Of($"{name.PadRight(names)}  {value.PadRight(texts)}  {source}")).Append('\n');
        terminal.Print(table.ToString());
        return isUsable ? Terminal.Success : Terminal.Failure;
    }

    private static AgentConfiguration Load(Terminal terminal, OptionValues values, out bool isUsable)
    {
        List<ConfigurationMistake> mistakes = [];
        AgentConfiguration configuration = ConfigurationOptions.Load(values, Settings.All, values.Operand, mistakes);
        _ = AgentPlan.ForDelivery(configuration, once: false, mistakes);
        foreach (ConfigurationMistake mistake in mistakes)
            terminal.Say(mistake.ToString());
        isUsable = mistakes.Count == 0;
        return configuration;
    }
}
