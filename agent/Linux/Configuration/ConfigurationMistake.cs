namespace Defender.Agent.Linux.Configuration;

/// <summary>Something that is wrong with a configuration.</summary>
internal sealed class ConfigurationMistake(string where, string message)
{
    /// <summary><c>FILE:LINE</c>, an environment variable or an option.</summary>
    public string Where { get; } = where;

    /// <summary>What is wrong, and what would be right.</summary>
    public string Message { get; } = message;

    public override string ToString() => Where.Length == 0 ? Message : $"{Where}: {Message}";
}
