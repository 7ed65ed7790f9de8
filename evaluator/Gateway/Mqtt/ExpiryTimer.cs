using System;
using System.Threading;

namespace Defender.Gateway.Mqtt;

/// <summary>
/// Waits for the first of many instants, with one timer for all: who has one tells it once, and takes back nothing. Thread-safe.
/// </summary>
internal sealed class ExpiryTimer : IDisposable
{
    /// <summary>Own: between two looks at what has come, each of which may be a walk over all sessions.</summary>
    public static readonly TimeSpan MinWait = TimeSpan.FromSeconds(1);

    // The clock of validities may be set: what is waited for is compared with it once a minute.
    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly TimeProvider _timeProvider;
    private readonly Func<DateTimeOffset, DateTimeOffset> _look;
    private readonly ITimer _timer;
    private DateTimeOffset _next = DateTimeOffset.MaxValue;
    private bool _isDisposed;

    /// <summary>Nothing is waited for until <see cref="Note"/>.</summary>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="look">Deals with what has come by an instant, and gives the first that has not.</param>
    public ExpiryTimer(TimeProvider timeProvider, Func<DateTimeOffset, DateTimeOffset> look)
    {
        _timeProvider = timeProvider;
        _look = look;
        _timer = timeProvider.CreateTimer(static state => ((ExpiryTimer)state!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>There is something to be looked at then, which the look finds from now on.</summary>
    public void Note(DateTimeOffset expiresAt)
    {
        lock (_gate)
        {
            if (expiresAt >= _next || _isDisposed)
                return;
            _next = expiresAt;
            Set();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _timer.Dispose();
        }
    }

    private void Look()
    {
        DateTimeOffset now = _timeProvider.GetUtcNow();
        lock (_gate)
        {
            if (_isDisposed)
                return;
            if (now < _next)
            {
                Set();
                return;
            }

            // Whoever comes during the look tells it himself.
            _next = DateTimeOffset.MaxValue;
        }

        Note(_look(now));
    }

    private void Set()
    {
        TimeSpan wait = _next - _timeProvider.GetUtcNow();
        _timer.Change(wait < MinWait ? MinWait : wait > MaxWait ? MaxWait : wait, Timeout.InfiniteTimeSpan);
    }
}
