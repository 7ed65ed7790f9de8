using System;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Defender.Agent.Core.Reports;
using Defender.Agent.Linux.Collectors;

namespace Defender.Agent.Linux.CommandLine;

/// <summary>The options both verbs have: how a report looks.</summary>
internal readonly record struct ReportArguments(ReportFormat Format, ReportNames Names, ReportCaps Caps)
{
    public static readonly OptionSpec FormatOption = new("--format", "json|cbor", "Encoding of the report (default json)");
    public static readonly OptionSpec NamesOption = new("--names", "long|short", "Names of its members (default long)");

    public static readonly OptionSpec PortsOption = new(
        "--max-ports",
        "N",
        $"Ports listed of TCP and of UDP, 0 to {ReportCaps.Max}; totals stay true (default {ReportCaps.Default.Ports})");

    public static readonly OptionSpec ConnectionsOption = new(
        "--max-connections",
        "N",
        $"Connections listed, 0 to {ReportCaps.Max}; the total stays true (default {ReportCaps.Default.Connections})");

    public static bool TryRead(OptionValues values, out ReportArguments arguments, [NotNullWhen(false)] out string? error)
    {
        arguments = default;
        if (!TryReadChoice(values, FormatOption, "json", "cbor", out bool isCbor, out error)
            || !TryReadChoice(values, NamesOption, "long", "short", out bool isShort, out error)
            || !TryReadRows(values, PortsOption, ReportCaps.Default.Ports, out int ports, out error)
            || !TryReadRows(values, ConnectionsOption, ReportCaps.Default.Connections, out int connections, out error))
        {
            return false;
        }

        arguments = new ReportArguments(
            isCbor ? ReportFormat.Cbor : ReportFormat.Json,
            isShort ? ReportNames.Short : ReportNames.Long,
            new ReportCaps(ports, connections));
        return true;
    }

    /// <summary>Reads a span of time between two bounds.</summary>
    public static bool TryReadDuration(
        OptionValues values,
        OptionSpec option,
        TimeSpan minimum,
        TimeSpan maximum,
        ref TimeSpan span,
        [NotNullWhen(false)] out string? error)
    {
        error = null;
        if (!values.TryGet(option.Name, out string? text))
            return true;

        if (!Duration.TryParse(text, out TimeSpan parsed))
        {
            error = $"{option.Name}: '{text}' is no duration; write 5s, 5m, 1h, or a number of seconds";
            return false;
        }

        if (parsed < minimum || parsed > maximum)
        {
            error = $"{option.Name}: {text} is out of range, {Text(minimum)} to {Text(maximum)}";
            return false;
        }

        span = parsed;
        return true;
    }

    private static bool TryReadChoice(
        OptionValues values, OptionSpec option, string first, string second, out bool isSecond, [NotNullWhen(false)] out string? error)
    {
        isSecond = false;
        error = null;
        if (!values.TryGet(option.Name, out string? text))
            return true;

        isSecond = text == second;
        if (isSecond || text == first)
            return true;

        error = $"{option.Name}: '{text}' is neither {first} nor {second}{NearestName.Suggestion(text, [first, second])}";
        return false;
    }

    private static bool TryReadRows(
        OptionValues values, OptionSpec option, int defaultRows, out int rows, [NotNullWhen(false)] out string? error)
    {
        rows = defaultRows;
        error = null;
        if (!values.TryGet(option.Name, out string? text))
            return true;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out rows) && rows <= ReportCaps.Max)
            return true;

        error = $"{option.Name}: '{text}' is no number from 0 to {ReportCaps.Max}";
        return false;
    }

    // Bounds are whole seconds or whole hours.
    private static string Text(TimeSpan span) => span.TotalHours >= 1 ? $"{span.TotalHours:0}h" : $"{span.TotalSeconds:0}s";
}
