namespace Defender.Agent.Linux.Configuration;

/// <summary>A member of an object of a configuration file.</summary>
internal sealed class ConfigurationMember(string name, int line, ConfigurationNode value)
{
    /// <summary>As it stands there, escapes resolved.</summary>
    public string Name { get; } = name;

    /// <summary>Of the name, from 1.</summary>
    public int Line { get; } = line;

    /// <summary>What it is set to.</summary>
    public ConfigurationNode Value { get; } = value;
}
