using System;
using System.CommandLine;
using Defender.Gateway.Access;

namespace Defender.Gateway.Cli;

/// <summary><c>defender-gateway access-key</c>: who may call the API, beside a running gateway or without one.</summary>
internal static class AccessKeyCommand
{
    public static Command Create() => new("access-key", "Make, list and delete the keys that API clients sign with; a running gateway follows within a second")
    {
        CreateCreate(),
        CreateList(),
        CreateDelete(),
    };

    private static Command CreateCreate()
    {
        Option<string> data = CommonOptions.Data();
        Option<bool> json = Json();
        Option<bool> readOnly = new("--read-only") { Description = "A key for operations that change nothing; without it, for all" };
        Option<string?> description = new("--description") { Description = "What the key is for", HelpName = "TEXT" };
        description.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && !AccessKey.IsDescription(text))
                result.AddError($"--description takes 1 to {AccessKey.MaxDescriptionLength} printable characters");
        });
        var command = new Command("create", "Make a key and show its secret, which is not shown again") { readOnly, description, data, json };
        command.SetAction((result, cancellation) => Keys(result, json)
            .CreateAsync(result.GetValue(data)!, result.GetValue(readOnly) ? AccessRights.ReadOnly : AccessRights.Full, result.GetValue(description), cancellation));
        return command;
    }

    private static Command CreateList()
    {
        Option<string> data = CommonOptions.Data();
        Option<bool> json = Json();
        var command = new Command("list", "List the keys without their secrets, the oldest first") { data, json };
        command.SetAction(result => Keys(result, json).List(result.GetValue(data)!));
        return command;
    }

    private static Command CreateDelete()
    {
        Option<string> data = CommonOptions.Data();
        Option<bool> json = Json();
        Argument<string> id = new("ID") { Description = "The access key id" };
        var command = new Command("delete", "Delete a key. Exit 0: deleted, 1: there is none of that id") { id, data, json };
        command.SetAction((result, cancellation) => Keys(result, json).DeleteAsync(result.GetValue(data)!, result.GetValue(id)!, cancellation));
        return command;
    }

    private static Option<bool> Json() => new("--json") { Description = "One line of JSON" };

    private static AccessKeys Keys(ParseResult result, Option<bool> json) =>
        new(result.InvocationConfiguration.Output, result.InvocationConfiguration.Error, TimeProvider.System) { Json = result.GetValue(json) };
}
