using System;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Defender.Agent.Linux.CommandLine;

/// <summary>The executable without its process: arguments in, exit code out.</summary>
/// <param name="output">Standard output: reports, help, version.</param>
/// <param name="errors">Standard error: log and usage errors.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="process">Who runs.</param>
internal sealed class Application(Stream output, TextWriter errors, TimeProvider timeProvider, AgentProcess process)
{
    private static readonly Verb[] Verbs =
        [CollectVerb.Verb, RunVerb.Verb, ConfigVerbs.Check, ConfigVerbs.Show, InstallVerbs.Install, InstallVerbs.Uninstall, StatusVerb.Verb, DoctorVerb.Verb];

    private readonly Terminal _terminal = new(output, errors, timeProvider, process);

    /// <summary>Runs one command line until it is done or <paramref name="stop"/>.</summary>
    public Task<int> RunAsync(string[] arguments, CancellationToken stop)
    {
        switch (arguments)
        {
            case []:
                return Done(_terminal.Refuse($"a verb is missing: {string.Join(", ", Array.ConvertAll(Verbs, verb => verb.Name))}", verb: null));
            case ["--help" or "-h" or "help"]:
                return Done(_terminal.Print(Help()));
            case ["--version"]:
                return Done(_terminal.Print($"defender-agent {AgentVersion.Text}\n"));
        }

        Verb? found = Array.Find(Verbs, candidate => arguments.AsSpan().StartsWith(candidate.Name.Split(' ')));
        if (found is not { } verb)
            return Done(_terminal.Refuse(Unknown(arguments), verb: null));
        if (Array.Exists(arguments, argument => argument is "--help" or "-h"))
            return Done(_terminal.Print(verb.Help()));

        int words = verb.Name.Split(' ').Length;
        return OptionValues.TryParse(verb.Options, verb.Operand is not null, arguments.AsSpan(words), out OptionValues? values, out string? error)
            ? verb.RunAsync(_terminal, values, stop)
            : Done(_terminal.Refuse(error, verb));
    }

    private static Task<int> Done(int exitCode) => Task.FromResult(exitCode);

    private static string Unknown(string[] arguments)
    {
        string[] names = [.. Array.ConvertAll(Verbs, verb => verb.Name), "--help", "--version"];
        string first = arguments[0];
        string both = arguments.Length > 1 ? $"{first} {arguments[1]}" : first;
        if (Array.Exists(names, name => name.StartsWith(first + " ", StringComparison.Ordinal)))
        {
            string[] second = Array.FindAll(names, name => name.StartsWith(first + " ", StringComparison.Ordinal));
            return $"'{first}' is one of {string.Join(", ", second)}{(arguments.Length > 1 ? NearestName.Suggestion(both, second) : "")}";
        }

        return $"unknown verb '{first}'{NearestName.Suggestion(first, names)}";
    }

    private static string Help()
    {
        StringBuilder text = new(
            "Usage: defender-agent VERB [options]\n\n"
            + "Device side of a self-hosted AWS IoT Device Defender Detect: reports listening ports, established connections\n"
            + "and traffic of this machine.\n\nVerbs:\n");
        foreach (Verb verb in Verbs)
            text.Append("  ").Append(verb.Name.PadRight(14)).Append(verb.Summary).Append('\n');
        return text.Append("\n'defender-agent VERB --help' lists the options and examples of a verb; 'defender-agent --version' the version.\n").ToString();
    }
}
