using System;
using System.Threading;

namespace Defender.Gateway.Mqtt.Connections;

/// <summary>
/// Calls back once when nothing was heard for a while. Hearing something costs one timestamp; the timer itself is only
/// moved when it fires, so an active client never touches the timer queue.
/// </summary>
internal sealed class SilenceTimer : IDisposable
{
    private readonly TimeProvider _timeProvider;
    private readonly IConnectionEvents _events;
    private readonly ITimer _timer;
    private long _lastHeard;
    private long _limitTicks;
    private volatile bool _held;

    public SilenceTimer(TimeProvider timeProvider, TimeSpan limit, IConnectionEvents events)
    {
        _timeProvider = timeProvider;
        _events = events;
        _lastHeard = timeProvider.GetTimestamp();
        _limitTicks = limit.Ticks;
        _timer = timeProvider.CreateTimer(static state => ((SilenceTimer)state!).Check(), this, limit, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Starts the silence anew.</summary>
    public void Heard()
    {
        Volatile.Write(ref _lastHeard, _timeProvider.GetTimestamp());
        _held = false;
    }

    /// <summary>Nobody listens until <see cref="Heard"/>: the time until then is no silence.</summary>
    public void Hold() => _held = true;

    /// <summary>Starts the silence anew with another limit.</summary>
    public void Restart(TimeSpan limit)
    {
        Volatile.Write(ref _limitTicks, limit.Ticks);
        Heard();
        _timer.Change(limit, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer.Dispose();

    private void Check()
    {
        TimeSpan left = TimeSpan.FromTicks(Volatile.Read(ref _limitTicks)) - _timeProvider.GetElapsedTime(Volatile.Read(ref _lastHeard));
        if (_held)
            _timer.Change(TimeSpan.FromTicks(Volatile.Read(ref _limitTicks)), Timeout.InfiniteTimeSpan);
        else if (left > TimeSpan.Zero)
            _timer.Change(left, Timeout.InfiniteTimeSpan);
        else
            _events.Silent();
    }
}
