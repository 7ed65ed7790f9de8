namespace Defender.Agent.Linux.CommandLine;

/// <summary>An option of a verb.</summary>
internal sealed class OptionSpec(string name, string? value, string help)
{
    /// <summary>With its two dashes.</summary>
    public string Name { get; } = name;

    /// <summary>What stands for the value in the help; null for a flag.</summary>
    public string? Value { get; } = value;

    /// <summary>One line.</summary>
    public string Help { get; } = help;

    public bool IsFlag => Value is null;

    public string Usage => IsFlag ? Name : $"{Name} {Value}";
}
