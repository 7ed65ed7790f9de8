using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Defender.Agent.Linux.Metrics;

/// <summary>
/// Values as programs print them: a number; numbers separated by blanks, lines or commas; or a text or an address on each line.
/// </summary>
internal static class MetricText
{
    /// <summary>Reads the text and adds the metric.</summary>
    /// <returns>Null, or why it was left out.</returns>
    public static string? AddTo(Core.Reports.CustomMetrics metrics, string name, CustomMetricType type, ReadOnlySpan<byte> text)
    {
        if (!TryDecode(text, out string decoded))
            return "is not UTF-8";

        string[] lines = decoded.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        switch (type)
        {
            case CustomMetricType.Number:
                return lines.Length == 1 && TryParseNumber(lines[0], out long value, out int decimals)
                    ? Refused(metrics.AddNumber(name, value, decimals))
                    : $"is no number of at most 15 digits: '{Shown(decoded)}'";
            case CustomMetricType.NumberList:
                return AddNumbers(metrics, name, decoded);
            case CustomMetricType.StringList:
                return Refused(metrics.AddStringList(name, lines, lines.Length));
            default:
                return Refused(metrics.AddIpList(name, lines, lines.Length));
        }
    }

    private static string? AddNumbers(Core.Reports.CustomMetrics metrics, string name, string text)
    {
        List<long> numbers = [];
        foreach (string part in text.Split([' ', '\t', '\r', '\n', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            if (!TryParseNumber(part, out long value, out int decimals) || decimals > 0)
                return $"is no list of whole numbers: '{Shown(part)}'";
            numbers.Add(value);
        }

        return Refused(metrics.AddNumberList(name, [.. numbers], numbers.Count));
    }

    // The reasons go on where the name of the source ends.
    private static string? Refused(Core.Reports.CustomMetricError error) =>
        MetricErrors.Explain(error) is { } reason ? $"cannot be used: {reason}" : null;

    // Programs print more digits than AWS keeps (1/3 in Python has 16): the last ones are rounded away, the first ones never.
    private static bool TryParseNumber(string text, out long value, out int decimals)
    {
        value = 0;
        decimals = 0;
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number))
            return false;

        number = Math.Round(number, Core.Reports.CustomMetrics.MaxDecimals);
        for (int places = Core.Reports.CustomMetrics.MaxDecimals; places >= 0; places--)
        {
            decimal rounded = Math.Round(number, places);
            decimal scaled = rounded;
            for (int i = 0; i < places && Math.Abs(scaled) <= Core.Reports.CustomMetrics.MaxNumber; i++)
                scaled *= 10;
            if (Math.Abs(scaled) > Core.Reports.CustomMetrics.MaxNumber)
                continue;

            value = (long)scaled;
            for (decimals = places; decimals > 0 && value % 10 == 0; decimals--)
                value /= 10;
            return true;
        }

        return false;
    }

    private static bool TryDecode(ReadOnlySpan<byte> text, out string decoded)
    {
        try
        {
            decoded = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(text);
            return true;
        }
        catch (DecoderFallbackException)
        {
            decoded = "";
            return false;
        }
    }

    private static string Shown(string text)
    {
        string trimmed = text.Trim();
        return trimmed.Length <= 40 ? trimmed : trimmed[..40] + "...";
    }
}
