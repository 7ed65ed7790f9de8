using System.Collections.Concurrent;
using System.Threading;

namespace Defender.Gateway.Ingest;

/// <summary>
/// Wakes the sessions whose reports were dealt with, one after the other on one thread of the pool: a thread is woken for a
/// batch, not for a report, and the owner of the things goes on meanwhile. A session never blocks the thread that it is woken on.
/// </summary>
internal sealed class ReportAnswers : IThreadPoolWorkItem
{
    private readonly ConcurrentQueue<(ReportRequest Request, bool IsStored)> _waiting = new();
    private int _isQueued;

    /// <summary>Adds a report whose outcome is settled; its session wakes after <see cref="Send"/>.</summary>
    /// <param name="request">The report.</param>
    /// <param name="isStored">Whether what it changed is stored.</param>
    public void Add(ReportRequest request, bool isStored) => _waiting.Enqueue((request, isStored));

    /// <summary>Wakes the sessions of what was added.</summary>
    public void Send()
    {
        if (!_waiting.IsEmpty && Interlocked.Exchange(ref _isQueued, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        // Before the first is taken: what is added from here on is seen below, or queues this anew.
        Interlocked.Exchange(ref _isQueued, 0);
        while (_waiting.TryDequeue(out (ReportRequest Request, bool IsStored) settled))
            settled.Request.Complete(settled.IsStored);
    }
}
