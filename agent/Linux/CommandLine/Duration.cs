using System;
using System.Globalization;

namespace Defender.Agent.Linux.CommandLine;

/// <summary>Spans of time as people type them: <c>500ms</c>, <c>5s</c>, <c>5m</c>, <c>1h</c>, or a number of seconds.</summary>
internal static class Duration
{
    public static bool TryParse(string text, out TimeSpan span)
    {
        span = default;
        (int unitLength, long ms) = text switch
        {
            [.., 'm', 's'] => (2, 1L),
            [.., 's'] => (1, 1000L),
            [.., 'm'] => (1, 60_000L),
            [.., 'h'] => (1, 3_600_000L),
            _ => (0, 1000L),
        };

        // Whole numbers; the bound keeps the product far from overflow.
        ReadOnlySpan<char> digits = text.AsSpan(..^unitLength);
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long count) || count > 1_000_000_000)
            return false;

        span = TimeSpan.FromMilliseconds(count * ms);
        return true;
    }
}
