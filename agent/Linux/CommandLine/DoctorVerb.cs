using System.Collections.Generic;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Linux.Configuration;
using Defender.Agent.Linux.Diagnosis;
using Defender.Agent.Linux.Files;

namespace Defender.Agent.Linux.CommandLine;

/// <summary><c>defender-agent doctor</c>: what keeps the agent from working here.</summary>
internal static class DoctorVerb
{
    private static readonly OptionSpec JsonOption = new("--json", null, "One JSON object");

    public static Verb Verb { get; } = new(
        "doctor",
        "Look at all that the agent needs here: clock, certificate, gateway, rights, kernel",
        [JsonOption, .. ConfigurationOptions.Specs(Settings.All)],
        """
        Each finding that is not ok comes with the command that mends it, or with one to look where nobody can tell from here what
        does. Sends nothing to the gateway but the handshake of TLS.
        Exit code 0: nothing keeps the agent from working, there may be warnings; 1: something does.

        Examples:
          defender-agent doctor
          sudo defender-agent doctor
          defender-agent doctor --config pump-17/agent.json --json
        """)
    {
        RunAsync = RunAsync,
    };

    private static async Task<int> RunAsync(Terminal terminal, OptionValues values, CancellationToken stop)
    {
        List<ConfigurationMistake> mistakes = [];
        AgentConfiguration configuration = ConfigurationOptions.Load(values, Settings.All, file: null, mistakes);
        AgentPlan plan = AgentPlan.ForDelivery(configuration, once: false, mistakes);
        Examination examination = new(configuration, plan, terminal);
        List<Finding> findings = mistakes.ConvertAll(mistake => Explain(mistake, configuration, terminal.Process.IsRoot));
        if (mistakes.Count == 0)
            findings.Add(ConfigurationAccess.Check(configuration) ?? Finding.Good("configuration", configuration.File is null ? "options and environment" : $"{configuration.File} can be used"));
        findings.AddRange(await examination.RunAsync(stop));

        bool isWell = findings.TrueForAll(finding => finding.Severity != Severity.Failure);
        terminal.Print(values.Has(JsonOption.Name) ? Json(findings, isWell) : Text(findings));
        return isWell ? Terminal.Success : Terminal.Failure;
    }

    private static Finding Explain(ConfigurationMistake mistake, AgentConfiguration configuration, bool isRoot)
    {
        const string Subject = "configuration";
        if (configuration.File is not { } file)
            return Finding.Failure(Subject, mistake.ToString(), look: "defender-agent run --help");

        string quoted = CredentialFiles.Quote(file);
        if (!isRoot && configuration.IsFileUnread && !MayRead(file))
            return Finding.Failure(Subject, mistake.ToString(), $"sudo defender-agent doctor --config {quoted}");
        return mistake.Where.StartsWith(file, System.StringComparison.Ordinal) && !configuration.IsFileUnread
            ? Finding.Failure(Subject, mistake.ToString(), $"sudoedit {quoted}")
            : Finding.Failure(Subject, mistake.ToString(), look: $"defender-agent config check {quoted}");
    }

    private static bool MayRead(string file)
    {
        try
        {
            return FileSystem.MayRead(file);
        }
        catch (System.IO.IOException)
        {
            return true;
        }
    }

    private static string Text(List<Finding> findings)
    {
        StringBuilder text = new();
        foreach (Finding finding in findings)
        {
            text.Append($"{Word(finding.Severity),-8}{finding.Subject,-14}").Append(OneLine.Of(finding.Text)).Append('\n');
            if (finding.Advice.Length > 0)
                text.Append(' ', 22).Append(OneLine.Of(finding.Advice)).Append('\n');
        }

        return text.ToString();
    }

    private static string Json(List<Finding> findings, bool isWell)
    {
        List<string> items = findings.ConvertAll(finding =>
            $"{{\"severity\":{JsonText.Quote(Word(finding.Severity))},\"subject\":{JsonText.Quote(finding.Subject)},\"text\":{JsonText.Quote(finding.Text)}"
            + (finding.Mend.Length > 0 ? $",\"mend\":{JsonText.Quote(finding.Mend)}}}" : finding.Look.Length > 0 ? $",\"look\":{JsonText.Quote(finding.Look)}}}" : "}"));
        return $"{{\"ok\":{(isWell ? "true" : "false")},\"findings\":[{string.Join(",", items)}]}}\n";
    }

    private static string Word(Severity severity) => severity switch
    {
        Severity.Good => "ok",
        Severity.Warning => "warning",
        _ => "failure",
    };
}
