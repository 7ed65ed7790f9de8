using System;
using System.Collections.Generic;

namespace Defender.Agent.Linux.Logging;

/// <summary>Lets one line per subject through in each period and counts the others.</summary>
/// <param name="period">The first line passes at once, the next one when this is over.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class RateLimit(TimeSpan period, TimeProvider timeProvider)
{
    private readonly Dictionary<string, Window> _windows = [];

    /// <param name="subject">Taken from a fixed set: subjects are kept.</param>
    /// <param name="suppressed">Lines held back since the last one that passed.</param>
    public bool Allows(string subject, out int suppressed)
    {
        long now = timeProvider.GetTimestamp();
        if (_windows.TryGetValue(subject, out Window window) && timeProvider.GetElapsedTime(window.OpenedAt, now) < period)
        {
            _windows[subject] = window with { Suppressed = window.Suppressed + 1 };
            suppressed = 0;
            return false;
        }

        suppressed = window.Suppressed;
        _windows[subject] = new Window(now, 0);
        return true;
    }

    private readonly record struct Window(long OpenedAt, int Suppressed);
}
