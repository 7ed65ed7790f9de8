using System.CommandLine;
using Defender.Gateway.Storage;

namespace Defender.Gateway.Cli;

/// <summary>Options that several verbs have.</summary>
internal static class CommonOptions
{
    public static Option<string> Data() => new("--data")
    {
        Description = "Directory that holds everything the gateway keeps",
        HelpName = "DIR",
        DefaultValueFactory = _ => DataDirectory.Default,
    };
}
