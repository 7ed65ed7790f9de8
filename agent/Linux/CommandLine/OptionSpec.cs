namespace Defender.Agent.Linux.CommandLine;

/// <summary>An option of a verb.</summary>
/// <param name="Name">With its two dashes.</param>
/// <param name="Value">What stands for the value in the help; null for a flag.</param>
/// <param name="Help">One line.</param>
internal sealed record OptionSpec(string Name, string? Value, string Help)
{
    public bool IsFlag => Value is null;

    public string Usage => IsFlag ? Name : $"{Name} {Value}";
}
