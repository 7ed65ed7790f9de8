using System.CommandLine;

namespace Defender.Gateway.Cli;

/// <summary><c>defender-gateway report</c>: reports without a gateway.</summary>
internal static class ReportCommand
{
    public static Command Create() => new("report", "Check device reports without a gateway") { CreateCheck() };

    private static Command CreateCheck()
    {
        Argument<string[]> files = CommonOptions.Files("Payloads as devices publish them; - for standard input");
        Option<string?> thing = new("--thing") { Description = "The thing whose topic they are published to: the name is checked too", HelpName = "NAME" };
        Option<string?> format = new("--format") { Description = "json or cbor; default: cbor for files named *.cbor, else json", HelpName = "FORMAT" };
        format.AcceptOnlyFromAmong("json", "cbor");
        Option<string?> customMetrics = new("--custom-metrics")
        {
            Description = "Definitions (JSON) of the account's custom metrics; others are dropped",
            HelpName = "FILE",
        };
        var command = new Command("check", "Say how the gateway reads reports: one JSON line a file. Exit 0: all accepted, 3: some rejected, 2: a file cannot be read")
        {
            files,
            thing,
            format,
            customMetrics,
        };
        command.SetAction(result => new ReportCheck(result.InvocationConfiguration.Output, result.InvocationConfiguration.Error)
        {
            ThingName = result.GetValue(thing),
            Format = result.GetValue(format),
        }.Run(result.GetValue(files)!, result.GetValue(customMetrics)));
        return command;
    }
}
