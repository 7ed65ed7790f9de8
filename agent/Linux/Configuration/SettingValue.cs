using System;

namespace Defender.Agent.Linux.Configuration;

/// <summary>The value of a setting.</summary>
/// <param name="Text">As it is shown; of a path the absolute one.</param>
/// <param name="Number">Of an integer its value, of a duration milliseconds, of a boolean 1 for true.</param>
/// <param name="Items">Of a list.</param>
internal sealed record SettingValue(string Text, long Number, string[] Items)
{
    /// <summary>Where it comes from.</summary>
    public ValueOrigin Origin { get; init; } = ValueOrigin.Default;

    /// <summary><c>default</c>, <c>FILE:LINE</c>, the environment variable or the option.</summary>
    public string Source { get; init; } = "default";

    public override string ToString() => Text;

    public static SettingValue Of(string text) => new(text, 0, Array.Empty<string>());
}
