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

    /// <summary>The store that is not in the data directory.</summary>
    public static Option<string?> Postgres() => new("--postgres")
    {
        Description = "Keep the data in this PostgreSQL database instead of the data directory, as in \"Host=db;Database=defender;Username=defender\"; the password is better in PGPASSWORD or a PGPASSFILE",
        HelpName = "CONNECTION",
    };

    /// <summary>The files that a verb reads: one or more.</summary>
    public static Argument<string[]> Files(string description) => new("FILE") { Description = description, Arity = ArgumentArity.OneOrMore };
}
