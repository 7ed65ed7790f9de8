using System;

namespace Defender.Gateway;

/// <summary>
/// Holds log lines about what peers do wrong to a rate, so that nobody can fill a disk by sending rubbish. Thread-safe.
/// </summary>
internal sealed class PeerLogBudget(TimeProvider timeProvider)
{
    /// <summary>Lines in one <see cref="Interval"/>.</summary>
    public const int LinesPerInterval = 60;

    /// <summary>The span that the lines are counted in.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly object _gate = new();
    private long _start = timeProvider.GetTimestamp();
    private int _used;
    private int _suppressed;

    /// <summary>Whether one more line may be written, with a note for its end when lines were left out since the last one.</summary>
    public bool TryTake(out string leftOut)
    {
        lock (_gate)
        {
            leftOut = "";
            if (timeProvider.GetElapsedTime(_start) >= Interval)
            {
                _start = timeProvider.GetTimestamp();
                _used = 0;
            }

            if (_used >= LinesPerInterval)
            {
                _suppressed++;
                return false;
            }

            _used++;
            if (_suppressed > 0)
                leftOut = $" ({_suppressed} lines left out before)";
            _suppressed = 0;
            return true;
        }
    }
}
