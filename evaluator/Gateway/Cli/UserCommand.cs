using System;
using System.CommandLine;
using Defender.Gateway.Cli.Identities;

namespace Defender.Gateway.Cli;

/// <summary><c>defender-gateway user</c>: who may connect with a password in place of a certificate.</summary>
internal static class UserCommand
{
    public static Command Create() => new("user", "Users for devices that have no certificate, over TLS with --allow-passwords and on loopback; a running gateway follows within a second")
    {
        CreateAdd(),
        CreateList(),
        CreateRemove(),
    };

    private static Command CreateAdd()
    {
        var common = new IdentityOptions();
        Argument<string> name = new("NAME") { Description = "The user name" };
        Option<string?> thing = new("--thing") { Description = "The thing that the user stands for", HelpName = "NAME" };
        Option<string?> password = new("--password-file") { Description = "Holds the password, - for standard input; without it one is made and shown", HelpName = "FILE" };
        Command command = common.Verb("add", "Add a user, or change its password, thing and policies: its sessions end", hasPolicies: true);
        command.Arguments.Add(name);
        command.Options.Add(thing);
        command.Options.Add(password);
        command.SetAction(result => Users(result)
            .Add(common.Location(result), result.GetValue(name)!, result.GetValue(password), result.GetValue(thing), common.PolicyNames(result)));
        return command;
    }

    private static Command CreateList()
    {
        var common = new IdentityOptions();
        Command command = common.Verb("list", "List the users");
        command.SetAction(result => Users(result).List(common.Location(result)));
        return command;
    }

    private static Command CreateRemove()
    {
        var common = new IdentityOptions();
        Argument<string> name = new("NAME") { Description = "The user name" };
        Command command = common.Verb("remove", "Remove a user: its sessions end. Exit 0: removed, 1: there is none of that name");
        command.Arguments.Add(name);
        command.SetAction(result => Users(result).Remove(common.Location(result), result.GetValue(name)!));
        return command;
    }

    private static Users Users(ParseResult result) => new(result.InvocationConfiguration.Output, result.InvocationConfiguration.Error, TimeProvider.System);
}
