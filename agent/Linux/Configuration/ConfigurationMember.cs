namespace Defender.Agent.Linux.Configuration;

/// <summary>A member of an object of a configuration file.</summary>
/// <param name="Name">As it stands there, escapes resolved.</param>
/// <param name="Line">Of the name, from 1.</param>
/// <param name="Value">What it is set to.</param>
internal readonly record struct ConfigurationMember(string Name, int Line, ConfigurationNode Value);
