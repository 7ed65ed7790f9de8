using System;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Defender.Agent.Linux.CommandLine;

namespace Defender.Agent.Linux.Configuration;

/// <summary>One thing that can be configured: in a file, by an environment variable and by an option.</summary>
internal sealed class Setting(string path, string option, string placeholder, SettingKind kind, string? fallback, string help)
{
    /// <summary>In a file, members separated by dots.</summary>
    public string Path { get; } = path;

    /// <summary>On the command line; the environment variable has the same name in capitals.</summary>
    public string Option { get; } = option;

    /// <summary>What stands for the value in help and documentation.</summary>
    public string Placeholder { get; } = placeholder;

    /// <summary>What values it takes.</summary>
    public SettingKind Kind { get; } = kind;

    /// <summary>As text; null for none.</summary>
    public string? Default { get; } = fallback;

    /// <summary>One line, without range and default.</summary>
    public string Help { get; } = help;

    /// <summary>Begins the names of all environment variables of the agent.</summary>
    public const string EnvironmentPrefix = "DEFENDER_AGENT_";

    /// <summary>Of an integer the smallest value, of a duration in milliseconds.</summary>
    public long Minimum { get; init; }

    /// <summary>Of an integer the largest value, of a duration in milliseconds.</summary>
    public long Maximum { get; init; } = long.MaxValue;

    /// <summary>Of a choice.</summary>
    public string[] Choices { get; init; } = [];

    /// <summary>Another path that means the same in a file.</summary>
    public string? OtherPath { get; init; }

    /// <summary>Whether its value is shown to nobody.</summary>
    public bool IsSecret { get; init; }

    public string EnvironmentVariable => EnvironmentPrefix + Option.TrimStart('-').Replace('-', '_').ToUpperInvariant();

    /// <summary><c>1s to 24h</c>, <c>json or cbor</c>; empty where anything goes.</summary>
    public string Range => Kind switch
    {
        SettingKind.Integer => $"{Minimum} to {Maximum}",
        SettingKind.Duration => $"{Span(Minimum)} to {Span(Maximum)}",
        SettingKind.Choice => string.Join(" or ", Choices),
        SettingKind.Boolean => "true or false",
        _ => "",
    };

    /// <summary>The option as the help of a verb shows it.</summary>
    public OptionSpec Spec()
    {
        string range = Kind is SettingKind.Integer or SettingKind.Duration ? $", {Range}" : "";
        string defaultText = Default is null ? "" : $" (default {Default})";
        return new OptionSpec(Option, Placeholder, Help + range + defaultText);
    }

    /// <summary>Reads what an option or a variable says, or the default.</summary>
    public bool TryParse(string text, [NotNullWhen(true)] out SettingValue? value, [NotNullWhen(false)] out string? error)
    {
        value = null;
        error = null;
        switch (Kind)
        {
            case SettingKind.Boolean:
                if (text is "true" or "false")
                    value = new SettingValue(text, text == "true" ? 1 : 0, []);
                else
                    error = $"'{text}' is neither true nor false";
                break;
            case SettingKind.Integer:
                if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) && number >= Minimum && number <= Maximum)
                    value = new SettingValue(text, number, []);
                else
                    error = $"'{text}' is no number from {Minimum} to {Maximum}";
                break;
            case SettingKind.Duration:
                value = ParseDuration(text, out error);
                break;
            case SettingKind.Choice:
                if (Array.IndexOf(Choices, text) >= 0)
                    value = SettingValue.Of(text);
                else
                    error = Choices.Length == 2
                        ? $"'{text}' is neither {Choices[0]} nor {Choices[1]}{NearestName.Suggestion(text, Choices)}"
                        : $"'{text}' is none of {string.Join(", ", Choices)}{NearestName.Suggestion(text, Choices)}";
                break;
            case SettingKind.List:
                string[] items = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
                value = new SettingValue(string.Join(",", items), 0, items);
                break;
            case SettingKind.Path:
                if (FilePath.TryResolve(text, out string? path, out error))
                    value = SettingValue.Of(path);
                break;
            default:
                value = SettingValue.Of(text);
                break;
        }

        return value is not null;
    }

    /// <summary>Reads what a file says.</summary>
    public bool TryParse(ConfigurationNode node, [NotNullWhen(true)] out SettingValue? value, [NotNullWhen(false)] out string? error)
    {
        value = null;
        switch (Kind, node.Kind)
        {
            case (SettingKind.Boolean, NodeKind.Boolean):
            case (SettingKind.Integer or SettingKind.Duration, NodeKind.Number):
            case (SettingKind.Duration or SettingKind.Text or SettingKind.Path or SettingKind.Choice, NodeKind.Text):
                return TryParse(node.Text, out value, out error);
            case (SettingKind.List, NodeKind.List):
                string[] items = new string[node.Items.Count];
                for (int i = 0; i < items.Length; i++)
                {
                    if (node.Items[i].Kind != NodeKind.Text)
                    {
                        error = $"takes a list of texts, and item {i + 1} is {node.Items[i].KindText}";
                        return false;
                    }

                    items[i] = node.Items[i].Text;
                }

                value = new SettingValue(string.Join(",", items), 0, items);
                error = null;
                return true;
            default:
                error = $"takes {Takes}, not {node.KindText}";
                return false;
        }
    }

    /// <summary>What a file may hold here.</summary>
    private string Takes => Kind switch
    {
        SettingKind.Boolean => "true or false",
        SettingKind.Integer => $"a number from {Minimum} to {Maximum}",
        SettingKind.Duration => $"a number of seconds or a text such as \"5m\", {Range}",
        SettingKind.Choice => $"a text, {Range}",
        SettingKind.List => "a list of texts",
        _ => "a text",
    };

    private SettingValue? ParseDuration(string text, out string? error)
    {
        error = null;
        if (!Duration.TryParse(text, out TimeSpan span))
            error = $"'{text}' is no duration; write 5s, 5m, 1h, or a number of seconds";
        else if (span.TotalMilliseconds < Minimum || span.TotalMilliseconds > Maximum)
            error = $"{text} is out of range, {Range}";
        else
            return new SettingValue(text, (long)span.TotalMilliseconds, []);
        return null;
    }

    // Bounds are whole seconds or whole hours.
    private static string Span(long milliseconds) =>
        milliseconds >= 3_600_000 && milliseconds % 3_600_000 == 0 ? $"{milliseconds / 3_600_000}h"
        : milliseconds % 1000 == 0 ? $"{milliseconds / 1000}s"
        : $"{milliseconds}ms";
}
