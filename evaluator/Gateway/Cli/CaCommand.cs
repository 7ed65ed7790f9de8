using System;
using System.CommandLine;
using Defender.Gateway.Cli.Identities;

namespace Defender.Gateway.Cli;

/// <summary><c>defender-gateway ca</c>: whose certificates are taken at their first connection.</summary>
internal static class CaCommand
{
    public static Command Create() => new("ca", "Register CAs whose certificates a gateway with --jitr takes at their first connection; a running gateway follows within a second")
    {
        CreateRegister(),
        CreateList(),
        CreateRemove(),
    };

    private static Command CreateRegister()
    {
        var common = new IdentityOptions();
        Argument<string> file = new("FILE") { Description = "The CA's certificate, PEM or DER" };
        Option<string> auto = new("--auto-registration") { Description = "Whether its certificates are taken", HelpName = "on|off", DefaultValueFactory = _ => "on" };
        auto.AcceptOnlyFromAmong("on", "off");
        Command command = common.Verb("register", "Register a CA, or change its auto-registration. Exit 0: done, 3: it is no CA that can be");
        command.Arguments.Add(file);
        command.Options.Add(auto);
        command.SetAction(result => Cas(result).Register(common.Location(result), result.GetValue(file)!, result.GetValue(auto) == "on"));
        return command;
    }

    private static Command CreateList()
    {
        var common = new IdentityOptions();
        Command command = common.Verb("list", "List the registered CAs");
        command.SetAction(result => Cas(result).List(common.Location(result)));
        return command;
    }

    private static Command CreateRemove()
    {
        var common = new IdentityOptions();
        Argument<string> fingerprint = new("FINGERPRINT") { Description = "SHA-256 of the CA's certificate, 64 hex digits" };
        Command command = common.Verb("remove", "Forget a CA. Exit 0: done, 1: there is none of that fingerprint");
        command.Arguments.Add(fingerprint);
        command.SetAction(result => Cas(result).Remove(common.Location(result), result.GetValue(fingerprint)!));
        return command;
    }

    private static Cas Cas(ParseResult result) => new(result.InvocationConfiguration.Output, result.InvocationConfiguration.Error, TimeProvider.System);
}
