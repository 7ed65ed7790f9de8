using System;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Defender.Gateway.Cli;

/// <summary>Durations on the command line: <c>300</c>, <c>300s</c>, <c>5m</c> or <c>1h</c>.</summary>
internal static class DurationArgument
{
    /// <summary>Reads the one token of an option; adds an error where it is no duration.</summary>
    public static TimeSpan Parse(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        (string digits, int seconds) = text switch
        {
            [.. var head, 's'] => (head, 1),
            [.. var head, 'm'] => (head, 60),
            [.. var head, 'h'] => (head, 3600),
            _ => (text, 1),
        };
        if (int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value <= 86400 / seconds)
            return TimeSpan.FromSeconds(value * seconds);
        result.AddError($"'{text}' is no duration: write 300, 300s, 5m or 1h, at most one day");
        return default;
    }
}
