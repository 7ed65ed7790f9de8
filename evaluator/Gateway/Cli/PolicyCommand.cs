using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Linq;
using Defender.Gateway.Policies;

namespace Defender.Gateway.Cli;

/// <summary><c>defender-gateway policy</c>: AWS IoT policies without a gateway.</summary>
internal static class PolicyCommand
{
    public static Command Create() => new("policy", "Check AWS IoT policies without a gateway, and ask them") { CreateCheck() };

    private static Command CreateCheck()
    {
        Argument<string> file = new("FILE") { Description = "Policies by name (JSON), as for --policies of run; - for standard input" };
        Option<string[]> policies = new("--policy")
        {
            Description = "Policy of the client; may be given again. By default all of the file together",
            HelpName = "NAME",
            DefaultValueFactory = _ => [],
        };
        Option<string?> action = new("--action") { Description = "Ask whether a client may do this", HelpName = "ACTION" };
        action.AcceptOnlyFromAmong(Enum.GetNames<PolicyOperations>()[1..]);
        Option<string?> resource = new("--resource") { Description = "The client identifier, topic or topic filter that is asked about", HelpName = "TEXT" };
        Option<string?> thing = new("--thing") { Description = "Thing that the client's certificate is attached to", HelpName = "NAME" };
        Option<string?> clientId = new("--client-id") { Description = "Client identifier; by default the name of the thing", HelpName = "ID" };
        Option<string?> thingType = new("--thing-type") { Description = "The thing's type", HelpName = "NAME" };
        Option<Dictionary<string, string>> attributes = new("--attribute")
        {
            Description = "An attribute of the thing; may be given again",
            HelpName = "NAME=VALUE",
            Arity = ArgumentArity.OneOrMore,
            CustomParser = ReadAttributes,
            DefaultValueFactory = _ => [],
        };
        Option<string?> commonName = new("--common-name") { Description = "Common name of the client's certificate", HelpName = "NAME" };
        var command = new Command(
            "check",
            "Name every mistake of a file of policies, or tell what they answer to a question, and by which statement. Exit 0: valid and allowed, 3: mistakes or denied, 2: the file cannot be read")
        {
            file, policies, action, resource, thing, clientId, thingType, attributes, commonName,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(action) is null != result.GetResult(resource) is null)
                result.AddError("--action and --resource belong together");
        });
        command.SetAction(result => new PolicyCheck(result.InvocationConfiguration.Output, result.InvocationConfiguration.Error).Run(
            result.GetValue(file)!,
            result.GetValue(policies)!,
            result.GetValue(action) is { } asked ? Enum.Parse<PolicyOperations>(asked) : PolicyOperations.None,
            result.GetValue(resource) ?? "",
            new PolicyVariables
            {
                ClientId = result.GetValue(clientId) ?? result.GetValue(thing),
                ThingName = result.GetValue(thing),
                ThingIsAttached = result.GetValue(thing) is not null,
                ThingTypeName = result.GetValue(thingType),
                ThingAttributes = result.GetValue(attributes)!,
                CommonName = result.GetValue(commonName),
            }));
        return command;
    }

    private static Dictionary<string, string> ReadAttributes(ArgumentResult result)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string[] parts in result.Tokens.Select(token => token.Value.Split('=', 2)))
        {
            if (parts.Length == 2)
                attributes[parts[0]] = parts[1];
            else
                result.AddError("--attribute takes NAME=VALUE");
        }

        return attributes;
    }
}
