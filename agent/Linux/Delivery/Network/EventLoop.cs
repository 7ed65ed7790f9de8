using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace Defender.Agent.Linux.Delivery.Network;

/// <summary>
/// Runs asynchronous code on one thread: what awaits goes on here, timers fire here, and sockets are waited for here, in one poll(2).
/// So the agent needs no thread pool, no timer thread and no epoll thread, sleeps until something is due, and has the memory of one
/// stack. Timers are for the thread of the loop; everything else is for any.
/// </summary>
internal sealed unsafe class EventLoop : SynchronizationContext, IDisposable
{
    private readonly Lock _gate = new();
    private readonly LoopClock _clock;
    private readonly int _wakeup;
    private readonly List<LoopSocket> _waiting = [];
    private Queue<(SendOrPostCallback Callback, object? State)> _posted = new();
    private Queue<(SendOrPostCallback Callback, object? State)> _running = new();
    private Kernel.PollEntry[] _entries = new Kernel.PollEntry[4];
    private LoopSocket[] _polled = new LoopSocket[4];
    private bool _isAsleep;
    private bool _isDisposed;

    /// <param name="system">The clock below; its timers are not used.</param>
    public EventLoop(TimeProvider system)
    {
        _clock = new LoopClock(system);
        _wakeup = Kernel.EventDescriptor(0, Kernel.NonBlocking | Kernel.CloseOnExec);
        if (_wakeup < 0)
            throw new IOException($"cannot make an event descriptor: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
    }

    /// <summary>The clock whose timers fire on this loop.</summary>
    public TimeProvider Clock => _clock;

    /// <summary>Times that the loop has slept and woken.</summary>
    public long Wakeups { get; private set; }

    /// <summary>Runs a task to its end on the calling thread.</summary>
    public T Run<T>(Func<Task<T>> start)
    {
        SynchronizationContext? before = Current;
        SetSynchronizationContext(this);
        try
        {
            Task<T> task = start();
            // Its end may come from elsewhere.
            _ = task.ContinueWith(
                static (_, loop) => ((EventLoop)loop!).Wake(), this, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            while (!task.IsCompleted)
                Turn(task);
            return task.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        bool isAsleep;
        lock (_gate)
        {
            _posted.Enqueue((d, state));
            isAsleep = _isAsleep;
            _isAsleep = false;
        }

        if (isAsleep)
            Wake();
    }

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("The loop is not to be blocked.");

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Waits for a socket until <see cref="Forget"/>.</summary>
    public void Watch(LoopSocket socket)
    {
        bool isAsleep;
        lock (_gate)
        {
            if (!_waiting.Contains(socket))
                _waiting.Add(socket);
            isAsleep = _isAsleep;
        }

        if (isAsleep)
            Wake();
    }

    public void Forget(LoopSocket socket)
    {
        lock (_gate)
            _waiting.Remove(socket);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
        }

        _ = Kernel.Close(_wakeup);
    }

    private void Turn(Task task)
    {
        RunPosted();
        _clock.FireDue();
        if (task.IsCompleted)
            return;

        lock (_gate)
        {
            if (_posted.Count > 0)
                return;
            _isAsleep = true;
        }

        Sleep();
        lock (_gate)
            _isAsleep = false;
    }

    private void RunPosted()
    {
        lock (_gate)
            (_posted, _running) = (_running, _posted);
        while (_running.TryDequeue(out (SendOrPostCallback Callback, object? State) posted))
            posted.Callback(posted.State);
    }

    private void Sleep()
    {
        int count = FillEntries();
        int found;
        fixed (Kernel.PollEntry* entries = _entries)
            found = Kernel.Poll(entries, (nuint)count, _clock.MillisecondsUntilDue());
        Wakeups++;
        if (found <= 0)
            return;

        if (_entries[0].Found != 0)
            Drain();
        for (int i = 1; i < count; i++)
        {
            if (_entries[i].Found != 0)
                _polled[i].OnReady(_entries[i].Found);
        }
    }

    private int FillEntries()
    {
        lock (_gate)
        {
            int count = _waiting.Count + 1;
            if (_entries.Length < count)
            {
                _entries = new Kernel.PollEntry[count * 2];
                _polled = new LoopSocket[count * 2];
            }

            _entries[0] = new Kernel.PollEntry { Descriptor = _wakeup, Events = Kernel.PollIn };
            for (int i = 1; i < count; i++)
            {
                _polled[i] = _waiting[i - 1];
                _entries[i] = new Kernel.PollEntry { Descriptor = _polled[i].Descriptor, Events = _polled[i].Events };
            }

            return count;
        }
    }

    private void Wake()
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            ulong one = 1;
            // Full means that it is to wake anyway.
            _ = Kernel.Write(_wakeup, (byte*)&one, sizeof(ulong));
        }
    }

    private void Drain()
    {
        ulong count;
        _ = Kernel.Read(_wakeup, (byte*)&count, sizeof(ulong));
    }
}
