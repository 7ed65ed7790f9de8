using System;
using System.Globalization;
using System.Text;

namespace Defender.Evaluator.Scenarios;

/// <summary>Durations as scenarios write them: <c>90s</c>, <c>5m</c>, <c>2h30m</c>, <c>3d</c>.</summary>
internal static class DurationText
{
    private const string Units = "dhms";

    private static readonly int[] UnitSeconds = [86400, 3600, 60, 1];

    /// <summary>Reads whole numbers with units, the largest first, each at most once; refuses what is longer than a scenario.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        long seconds = 0;
        int lastUnit = -1;
        duration = default;
        while (!text.IsEmpty)
        {
            int end = text.IndexOfAny(Units);
            if (end < 1 || Units.IndexOf(text[end]) is var unit && unit <= lastUnit)
                return false;
            if (!int.TryParse(text[..end], NumberStyles.None, CultureInfo.InvariantCulture, out int count))
                return false;
            seconds += (long)count * UnitSeconds[unit];
            lastUnit = unit;
            text = text[(end + 1)..];
        }

        if (lastUnit < 0 || seconds > (long)ScenarioLimits.MaxLength.TotalSeconds)
            return false;
        duration = TimeSpan.FromSeconds(seconds);
        return true;
    }

    /// <summary>The shortest text that is read as this duration; whole seconds.</summary>
    public static string Of(TimeSpan duration)
    {
        var text = new StringBuilder();
        long rest = (long)duration.TotalSeconds;
        for (int unit = 0; unit < Units.Length; rest %= UnitSeconds[unit++])
        {
            if (rest / UnitSeconds[unit] is > 0 and long count)
                text.Append(count).Append(Units[unit]);
        }

        return text.Length > 0 ? text.ToString() : "0s";
    }
}
