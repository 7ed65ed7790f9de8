using System;
using System.CommandLine;
using Defender.Gateway.Cli.Identities;
using Defender.Gateway.Storage.Identities;

namespace Defender.Gateway.Cli;

/// <summary><c>defender-gateway thing</c>: whether devices may connect, beside a running gateway or without one.</summary>
internal static class ThingCommand
{
    public static Command Create() => new("thing", "Let devices connect or not, by all certificates of a thing; a running gateway follows within a second")
    {
        CreateList(),
        CreateChange("revoke", "Revoke all certificates of a thing, for good. Exit 0: done, 1: it has none", CertificateStatus.Revoked),
        CreateChange("deactivate", "Let a thing not connect until it is activated. Exit 0: done, 1: it has no certificate to deactivate", CertificateStatus.Inactive),
        CreateChange("activate", "Let a thing connect again. Exit 0: done, 1: it has no certificate to activate", CertificateStatus.Active),
    };

    private static Command CreateList()
    {
        var common = new IdentityOptions();
        Option<bool> json = new("--json") { Description = "One line of JSON for each" };
        Command command = common.Verb("list", "List the things that have certificates");
        command.Options.Add(json);
        command.SetAction(result => Certificates(result, result.GetValue(json)).ListThings(common.Location(result)));
        return command;
    }

    private static Command CreateChange(string name, string description, CertificateStatus status)
    {
        var common = new IdentityOptions();
        Argument<string> thing = new("THING") { Description = "The thing" };
        Command command = common.Verb(name, description);
        command.Arguments.Add(thing);
        command.SetAction(result => Certificates(result, json: false).ChangeThing(common.Location(result), result.GetValue(thing)!, status));
        return command;
    }

    private static Certificates Certificates(ParseResult result, bool json) =>
        new(result.InvocationConfiguration.Output, result.InvocationConfiguration.Error, TimeProvider.System) { Json = json };
}
