using System;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;

namespace Defender.Mqtt.Client;

/// <summary>
/// Something that is waited for with a limit, again and again, by one at a time. After the first wait it allocates nothing, which
/// Task.Delay, a timeout of a task and a cancellation source for each wait do. Set by any thread; a set without a waiter counts for the next.
/// </summary>
internal sealed class Signal(TimeProvider timeProvider) : IValueTaskSource<bool>
{
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<bool> _core;
    private CancellationTokenRegistration _cancellation;
    private SynchronizationContext? _context;
    private ITimer? _timer;
    private long _startedAt;
    private TimeSpan _time;
    private bool _isAwaited;
    private bool _isSet;
    private bool _result;
    private OperationCanceledException? _cancelled;

    /// <summary>Waits; who has a context goes on there, also with ConfigureAwait(false), else on the thread pool: never inside of <see cref="Set"/>.</summary>
    /// <param name="time">The longest wait; Timeout.InfiniteTimeSpan for none.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>True when it was set, false when the time is over.</returns>
    public ValueTask<bool> WaitAsync(TimeSpan time, CancellationToken ct)
    {
        lock (_gate)
        {
            if (_isAwaited)
            {
                throw new InvalidOperationException("Somebody waits already.");
            }

            if (_isSet)
            {
                _isSet = false;
                return new ValueTask<bool>(true);
            }

            ct.ThrowIfCancellationRequested();
            if (time <= TimeSpan.Zero && time != Timeout.InfiniteTimeSpan)
            {
                return new ValueTask<bool>(false);
            }

            _core.Reset();
            _context = SynchronizationContext.Current;
            _core.RunContinuationsAsynchronously = _context is null;
            _startedAt = timeProvider.GetTimestamp();
            _time = time;
            _isAwaited = true;
        }

        if (time != Timeout.InfiniteTimeSpan)
        {
            _timer ??= timeProvider.CreateTimer(
                static signal => ((Signal)signal!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(time, Timeout.InfiniteTimeSpan);
        }

        if (ct.CanBeCanceled)
        {
            _cancellation = ct.UnsafeRegister(
                static (signal, token) => ((Signal)signal!).End(false, new OperationCanceledException(token)), this);
        }

        return new ValueTask<bool>(this, _core.Version);
    }

    /// <summary>Ends the wait, or the next one at once.</summary>
    public void Set()
    {
        lock (_gate)
        {
            if (!_isAwaited)
            {
                _isSet = true;
                return;
            }
        }

        End(true, null);
    }

    /// <summary>Takes back what was set and nobody waited for.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _isSet = false;
        }
    }

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        // Not under the gate: a cancellation that is under way wants it.
        _cancellation.Dispose();
        _cancellation = default;
        _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        return _core.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _core.GetStatus(token);

    // It goes to the context itself: the core would allocate for that.
    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, token, flags & ~ValueTaskSourceOnCompletedFlags.UseSchedulingContext);

    private void OnTimer()
    {
        TimeSpan left;
        lock (_gate)
        {
            if (!_isAwaited || _time == Timeout.InfiniteTimeSpan)
            {
                return;
            }

            left = _time - timeProvider.GetElapsedTime(_startedAt);
        }

        if (left <= TimeSpan.Zero)
        {
            End(false, null);
        }
        else
        {
            // A timer of the wait before that came late, or a clock that is coarser than its time stamps.
            _timer!.Change(left < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : left, Timeout.InfiniteTimeSpan);
        }
    }

    private void End(bool result, OperationCanceledException? cancelled)
    {
        lock (_gate)
        {
            if (!_isAwaited)
            {
                return;
            }

            _isAwaited = false;
            _result = result;
            _cancelled = cancelled;
        }

        if (_context is { } context)
        {
            context.Post(static signal => ((Signal)signal!).Complete(), this);
        }
        else
        {
            Complete();
        }
    }

    private void Complete()
    {
        if (_cancelled is { } cancelled)
        {
            _core.SetException(cancelled);
        }
        else
        {
            _core.SetResult(_result);
        }
    }
}
