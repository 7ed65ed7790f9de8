using System.Collections.Immutable;
using System.CommandLine;
using Defender.Gateway.Storage;

namespace Defender.Gateway.Cli;

/// <summary>What the verbs about identities have in common: where the store is, and the policies of who is registered.</summary>
internal sealed class IdentityOptions
{
    private const int MaxPolicyNameLength = 128;

    private readonly Option<string> _data = CommonOptions.Data();
    private readonly Option<string?> _postgres = CommonOptions.Postgres();
    private readonly Option<string[]> _policies = new("--policy")
    {
        Description = "Name of a policy; may be given more than once; without it the default one",
        HelpName = "NAME",
        DefaultValueFactory = _ => [],
    };

    /// <summary>A verb with the options of the store.</summary>
    public Command Verb(string name, string description, bool hasPolicies = false)
    {
        var command = new Command(name, description) { _data, _postgres };
        if (!hasPolicies)
            return command;
        command.Options.Add(_policies);
        _policies.Validators.Add(result =>
        {
            foreach (string policy in result.GetValueOrDefault<string[]>() ?? [])
            {
                if (policy.Length is 0 or > MaxPolicyNameLength || Printable.Escape(policy) != policy)
                    result.AddError($"--policy takes 1 to {MaxPolicyNameLength} printable characters");
            }
        });
        return command;
    }

    public StoreLocation Location(ParseResult result) => new(result.GetValue(_data)!, result.GetValue(_postgres));

    public ImmutableArray<string> PolicyNames(ParseResult result) => [.. result.GetValue(_policies) ?? []];
}
