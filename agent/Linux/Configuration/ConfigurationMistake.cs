namespace Defender.Agent.Linux.Configuration;

/// <summary>Something that is wrong with a configuration.</summary>
/// <param name="Where"><c>FILE:LINE</c>, an environment variable or an option.</param>
/// <param name="Message">What is wrong, and what would be right.</param>
internal readonly record struct ConfigurationMistake(string Where, string Message)
{
    public override string ToString() => Where.Length == 0 ? Message : $"{Where}: {Message}";
}
