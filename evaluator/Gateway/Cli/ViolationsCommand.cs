using System;
using System.CommandLine;
using System.Linq;
using System.Text;
using Defender.Gateway.Alerts;
using Defender.Gateway.Storage;

namespace Defender.Gateway.Cli;

/// <summary><c>defender-gateway violations</c>.</summary>
internal static class ViolationsCommand
{
    private const int DefaultLimit = 1000;

    public static Command Create()
    {
        Option<string> data = CommonOptions.Data();
        Option<string?> postgres = CommonOptions.Postgres();
        Option<bool> json = new("--json") { Description = "One JSON document a line: the SNS message with its evidence" };
        Option<int> limit = new("--limit")
        {
            Description = "At most this many, the newest",
            HelpName = "N",
            DefaultValueFactory = _ => DefaultLimit,
        };

        var command = new Command("violations", "List violation events from the store of a running or stopped gateway, oldest first") { data, postgres, json, limit };
        command.SetAction(result =>
        {
            var output = new LineOutput(result.InvocationConfiguration.Output);
            using IStore store = new StoreLocation(result.GetValue(data)!, result.GetValue(postgres)).OpenForReading();
            foreach (StoredViolationEvent row in store.ListViolationEvents(
                ViolationFilter.None, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, before: null, Math.Max(0, result.GetValue(limit))).Reverse())
                output.WriteLine(result.GetValue(json) ? Encoding.UTF8.GetString(row.Document) : ViolationLine.Format(row.Document));
            return ExitCode.Done;
        });
        return command;
    }
}
