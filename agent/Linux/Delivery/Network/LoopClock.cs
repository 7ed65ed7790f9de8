using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Defender.Agent.Linux.Delivery.Network;

/// <summary>
/// The system's clock with timers that an event loop fires. There are few of them at a time (an answer, a report, a keep-alive, the
/// watchdog), so they stand in a list. Fired on the thread of the loop, changed on any: what
/// waits with a limit ends the limit where it ends itself.
/// </summary>
internal sealed class LoopClock(TimeProvider system) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<LoopTimer> _set = [];

    public override TimeZoneInfo LocalTimeZone => system.LocalTimeZone;

    public override long TimestampFrequency => system.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => system.GetUtcNow();

    public override long GetTimestamp() => system.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        LoopTimer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>For poll: rounded up, so that the timer is due then; -1 for never.</summary>
    public int MillisecondsUntilDue()
    {
        long? next = null;
        lock (_gate)
        {
            foreach (LoopTimer timer in _set)
                next = next < timer.Due ? next : timer.Due;
        }

        if (next is not { } due)
            return -1;

        TimeSpan left = GetElapsedTime(GetTimestamp(), due);
        return left <= TimeSpan.Zero ? 0 : (int)Math.Min(Math.Ceiling(left.TotalMilliseconds), int.MaxValue);
    }

    /// <summary>Calls what is due, the earliest first.</summary>
    public void FireDue()
    {
        long now = GetTimestamp();
        while (TakeDue(now) is { } timer)
            timer.Fire();
    }

    private LoopTimer? TakeDue(long now)
    {
        lock (_gate)
        {
            LoopTimer? next = null;
            foreach (LoopTimer timer in _set)
            {
                if (timer.Due <= now && (next is null || timer.Due < next.Due))
                    next = timer;
            }

            next?.Rearm(now);
            return next;
        }
    }

    private long After(long from, TimeSpan span) => from + (long)(span.TotalSeconds * TimestampFrequency);

    private sealed class LoopTimer(LoopClock clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public long Due { get; private set; }

        public void Rearm(long now)
        {
            if (_period > TimeSpan.Zero)
                Due = clock.After(now, _period);
            else
                clock._set.Remove(this);
        }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._set.Remove(this);
                _period = period;
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;
                Due = clock.After(clock.GetTimestamp(), dueTime);
                clock._set.Add(this);
                return true;
            }
        }

        public void Dispose()
        {
            lock (clock._gate)
                clock._set.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
