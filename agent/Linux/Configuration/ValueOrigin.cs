namespace Defender.Agent.Linux.Configuration;

/// <summary>Where the value of a setting comes from; a later one overrides those before it.</summary>
internal enum ValueOrigin
{
    Default,
    File,
    Environment,
    Option,
}
