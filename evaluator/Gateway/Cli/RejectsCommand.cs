using System;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Defender.Gateway.Admin;

namespace Defender.Gateway.Cli;

/// <summary><c>defender-gateway rejects</c>.</summary>
internal static class RejectsCommand
{
    public static Command Create()
    {
        Argument<string?> thing = new("THING") { Description = "This thing only", Arity = ArgumentArity.ZeroOrOne };
        Option<string> data = CommonOptions.Data();
        Option<bool> json = new("--json") { Description = "One JSON document a line" };
        var command = new Command("rejects", "List the last rejects of each thing since the gateway that runs on the data directory started, the newest first")
        {
            thing,
            data,
            json,
        };
        command.SetAction(result =>
        {
            var output = new LineOutput(result.InvocationConfiguration.Output);
            foreach (JsonElement line in AdminConnection.List(result.GetValue(data)!, new AdminRequest(AdminAnswers.Rejects, result.GetValue(thing))))
            {
                RejectLine reject = line.Deserialize<RejectLine>(AdminAnswers.Json)!;
                output.WriteLine(result.GetValue(json) ? line.GetRawText() : Format(reject.ThingName, reject.Reject));
                if (output.IsClosed)
                    break;
            }

            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>A reject as a line.</summary>
    public static string Format(string thingName, Reject reject)
    {
        string path = reject.Path.Length == 0 ? "" : $" path={Printable.Escape(reject.Path)}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Time(reject.Time)} thing={Printable.Escape(thingName)} code={reject.Code} rule={reject.Rule}{path} bytes={reject.Bytes}: {Printable.Escape(reject.Message)}");
    }

    /// <summary>A time as it is shown, UTC.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
