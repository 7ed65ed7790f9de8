using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Defender.Gateway.Admin;

namespace Defender.Gateway.Cli;

/// <summary><c>defender-gateway clients</c>.</summary>
internal static class ClientsCommand
{
    public static Command Create()
    {
        Option<string> data = CommonOptions.Data();
        Option<bool> json = new("--json") { Description = "One JSON document a line: the client, and the last rejects of its thing" };
        Option<string?> thing = new("--thing") { Description = "This client only, with the last rejects of its thing", HelpName = "NAME" };
        var command = new Command("clients", "List the clients that are connected to the gateway that runs on the data directory, by client id") { data, json, thing };
        command.SetAction(result =>
        {
            var output = new LineOutput(result.InvocationConfiguration.Output);
            bool isJson = result.GetValue(json);
            string? name = result.GetValue(thing);
            bool isFound = false;
            foreach (JsonElement line in AdminConnection.List(result.GetValue(data)!, new AdminRequest(AdminAnswers.Clients, name)))
            {
                isFound = true;
                if (isJson)
                    output.WriteLine(line.GetRawText());
                else
                    Write(line.Deserialize<ClientLine>(AdminAnswers.Json)!, withRejects: name is not null, output);
                if (output.IsClosed)
                    break;
            }

            if (isFound || name is null)
                return ExitCode.Done;
            result.InvocationConfiguration.Error.WriteLine($"client {Printable.Escape(name)} is not connected");
            return ExitCode.Failed;
        });
        return command;
    }

    private static void Write(ClientLine line, bool withRejects, LineOutput output)
    {
        ClientView client = line.Client;
        string principal = client.Principal is { } given ? $":{Printable.Escape(given)}" : "";
        string report = client.LastReportAt is { } at ? $"{RejectsCommand.Time(at)}/{client.LastReportOutcome}" : "none";
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"client={Printable.Escape(client.ClientId)} thing={Printable.Escape(client.ThingName ?? "none")} address={client.Address} "
            + $"identity={client.IdentityKind}{principal} mqtt={client.ProtocolVersion} since={RejectsCommand.Time(client.ConnectedSince)} "
            + $"keep-alive={client.KeepAliveSeconds}s subscriptions={client.Subscriptions} inflight={client.InFlight} queued={client.Queued} "
            + $"messages-in={client.MessagesIn} messages-out={client.MessagesOut} bytes-in={client.BytesIn} bytes-out={client.BytesOut} "
            + $"last-report={report} authorization-failures={client.AuthorizationFailures}"));
        if (!withRejects)
            return;
        foreach (Reject reject in line.Rejects)
            output.WriteLine("  " + RejectsCommand.Format(client.ThingName ?? client.ClientId, reject));
    }
}
