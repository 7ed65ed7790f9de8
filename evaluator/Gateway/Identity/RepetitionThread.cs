using System;
using System.Threading;

namespace Defender.Gateway.Identity;

/// <summary>
/// Does something again and again, an interval after the last time ended, until it is disposed. On a thread of its own: neither
/// a timer nor a thread of the pool, for which it would wait while others hold them, has a part in it.
/// </summary>
internal sealed class RepetitionThread : IDisposable
{
    private readonly ManualResetEvent _ending = new(initialState: false);
    private readonly Thread _thread;
    private int _disposed;

    /// <summary>Begins, an interval from now.</summary>
    /// <param name="name">Of the thread.</param>
    /// <param name="interval">Between the end of one time and the beginning of the next, by the system's clock.</param>
    /// <param name="action">What is done; throws nothing.</param>
    public RepetitionThread(string name, TimeSpan interval, Action action)
    {
        _thread = new Thread(() =>
        {
            while (!_ending.WaitOne(interval))
                action();
        })
        { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Returns when it is not done any more.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        _ending.Set();
        _thread.Join();
        _ending.Dispose();
    }
}
