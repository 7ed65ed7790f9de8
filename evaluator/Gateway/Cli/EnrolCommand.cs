using System;
using System.CommandLine;
using Defender.Gateway.Cli.Identities;
using Defender.Gateway.Hosting;

namespace Defender.Gateway.Cli;

/// <summary><c>defender-gateway enrol</c>.</summary>
internal static class EnrolCommand
{
    private const int DefaultDays = 3650;

    public static Command Create()
    {
        var common = new IdentityOptions();
        Argument<string> thing = new("THING") { Description = "The thing that the device is" };
        Option<string?> folder = new("--out") { Description = "Directory for the files; without it, one of the thing's name", HelpName = "DIR" };
        Option<int> days = new("--days") { Description = "Days that the certificate is valid; it ends with the gateway's CA at the latest", HelpName = "N", DefaultValueFactory = _ => DefaultDays };
        days.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 36500)
                result.AddError("--days takes 1 to 36500");
        });
        Option<string> endpoint = new("--endpoint-address") { Description = "Host name that the device knows the gateway by", HelpName = "NAME", DefaultValueFactory = _ => "localhost" };
        endpoint.Validators.Add(result =>
        {
            if (!ServerNames.IsName(result.GetValueOrDefault<string>()!))
                result.AddError("--endpoint-address takes a host name or an address");
        });
        Option<string?> rootCa = new("--root-ca") { Description = "What the device shall trust in place of the gateway's own CA, when that runs with --tls-cert (PEM)", HelpName = "FILE" };
        Command command = common.Verb("enrol", "Make key, certificate and agent configuration of a device, and register the certificate; beside a running gateway or without one", hasPolicies: true);
        command.Arguments.Add(thing);
        foreach (Option option in new Option[] { folder, days, endpoint, rootCa })
            command.Options.Add(option);
        command.SetAction((result, cancellation) =>
            new Enrolment(result.InvocationConfiguration.Output, result.InvocationConfiguration.Error, TimeProvider.System)
            {
                Folder = result.GetValue(folder),
                Days = result.GetValue(days),
                PolicyNames = common.PolicyNames(result),
                Endpoint = result.GetValue(endpoint)!,
                RootCaFile = result.GetValue(rootCa),
            }.RunAsync(result.GetValue(thing)!, common.Location(result), cancellation));
        return command;
    }
}
