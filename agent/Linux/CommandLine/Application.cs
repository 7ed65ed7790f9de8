using System;
using System.IO;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Linux.Collectors;
using Defender.Agent.Linux.Delivery;
using Defender.Agent.Linux.Logging;

namespace Defender.Agent.Linux.CommandLine;

/// <summary>The executable without its process: arguments in, exit code out.</summary>
/// <param name="output">Standard output: reports, help, version.</param>
/// <param name="errors">Standard error: log and usage errors.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class Application(Stream output, TextWriter errors, TimeProvider timeProvider)
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int UsageError = 2;

    private static readonly Verb[] Verbs = [CollectArguments.Verb, RunArguments.Verb];

    private readonly Log _log = new(errors, timeProvider);

    /// <summary>Runs one command line until it is done or <paramref name="stop"/>.</summary>
    public async Task<int> RunAsync(string[] arguments, CancellationToken stop)
    {
        switch (arguments)
        {
            case []:
                return Refuse("a verb is missing: collect or run", verb: null);
            case ["--help" or "-h" or "help"]:
                return Print(Help());
            case ["--version"]:
                return Print($"defender-agent {Version()}\n");
        }

        Verb? verb = Array.Find(Verbs, candidate => candidate.Name == arguments[0]);
        if (verb is null)
        {
            string suggestion = NearestName.Suggestion(arguments[0], ["collect", "run", "--help", "--version"]);
            return Refuse($"unknown verb '{arguments[0]}'{suggestion}", verb: null);
        }

        if (Array.Exists(arguments, argument => argument is "--help" or "-h"))
            return Print(verb.Help());
        if (!OptionValues.TryParse(verb.Options, arguments.AsSpan(1), out OptionValues? values, out string? error))
            return Refuse(error, verb);

        if (verb == CollectArguments.Verb)
        {
            return CollectArguments.TryRead(values, out CollectArguments? collect, out error)
                ? await CollectAsync(collect, stop)
                : Refuse(error, verb);
        }

        return RunArguments.TryRead(values, out RunArguments? run, out error) ? await ReportAsync(run, stop) : Refuse(error, verb);
    }

    private async Task<int> CollectAsync(CollectArguments arguments, CancellationToken stop)
    {
        ReportCollector collector = ReportCollector.ForThisMachine(
            new CollectorOptions { Caps = arguments.Report.Caps }, timeProvider, _log);
        ReportPrinter printer = new(collector, arguments, output, timeProvider);
        try
        {
            await printer.RunAsync(stop);
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
            _log.OutputFailed(failure);
            return Failure;
        }

        return Success;
    }

    private async Task<int> ReportAsync(RunArguments arguments, CancellationToken stop)
    {
        ReportCollector collector = ReportCollector.ForThisMachine(new CollectorOptions { Caps = arguments.Caps }, timeProvider, _log);

        // Seeded by the system: two devices that start together must not wait the same times.
        ReportDelivery delivery = new(
            collector, arguments.Options, new DeliveryOptions { Endpoint = arguments.Endpoint }, NoLiveness.Instance, new Random(), timeProvider, _log);
        if (!arguments.Options.Once)
            _log.Started(arguments.Options.Thing.Value, arguments.Endpoint.ToString(), arguments.Options.Interval);
        bool isAccepted = await delivery.RunAsync(stop);
        return isAccepted || !arguments.Options.Once ? Success : Failure;
    }

    private int Print(string text)
    {
        output.Write(System.Text.Encoding.UTF8.GetBytes(text));
        output.Flush();
        return Success;
    }

    private int Refuse(string error, Verb? verb)
    {
        errors.WriteLine($"defender-agent: {error}");
        errors.WriteLine($"Try 'defender-agent {(verb is null ? "" : verb.Name + " ")}--help'.");
        return UsageError;
    }

    private static string Help()
    {
        string text = "Usage: defender-agent VERB [options]\n\n"
            + "Device side of a self-hosted AWS IoT Device Defender Detect: reports listening ports, established connections\n"
            + "and traffic of this machine.\n\nVerbs:\n";
        foreach (Verb verb in Verbs)
            text += $"  {verb.Name,-9}{verb.Summary}\n";
        return text + "\n'defender-agent VERB --help' lists the options and examples of a verb; 'defender-agent --version' the version.\n";
    }

    // The informational version carries the commit after a plus sign.
    private static string Version() =>
        typeof(Application).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";
}
