using System.CommandLine;
using Defender.Gateway.Storage;

namespace Defender.Gateway.Cli;

/// <summary>Options and arguments that several verbs have.</summary>
internal static class CommonOptions
{
    public static Option<string> Data() => new("--data")
    {
        Description = "Directory that holds everything the gateway keeps",
        HelpName = "DIR",
        DefaultValueFactory = _ => DataDirectory.Default,
    };

    /// <summary>The files that a verb reads: one or more.</summary>
    public static Argument<string[]> Files(string description) => new("FILE") { Description = description, Arity = ArgumentArity.OneOrMore };
}
