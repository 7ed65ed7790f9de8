using System;
using System.Threading;

namespace Defender.Gateway.Identity;

/// <summary>Does something again and again on the thread pool, an interval after the last time ended, until it is disposed.</summary>
internal sealed class Repetition : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Action _action;
    private readonly TimeSpan _interval;
    private readonly ITimer _timer;
    private bool _isDisposed;

    /// <summary>Begins, an interval from now.</summary>
    /// <param name="interval">Between the end of one time and the beginning of the next.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="action">What is done; throws nothing.</param>
    public Repetition(TimeSpan interval, TimeProvider timeProvider, Action action)
    {
        _action = action;
        _interval = interval;
        // Held until the field is set.
        lock (_gate)
        {
            _timer = timeProvider.CreateTimer(
                static state => ThreadPool.UnsafeQueueUserWorkItem(static repetition => repetition.Run(), (Repetition)state!, preferLocal: false),
                this,
                interval,
                Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Returns when it is not done any more.</summary>
    public void Dispose()
    {
        lock (_gate)
            _isDisposed = true;
        _timer.Dispose();
    }

    private void Run()
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _action();
            _timer.Change(_interval, Timeout.InfiniteTimeSpan);
        }
    }
}
