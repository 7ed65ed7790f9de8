using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Defender.Gateway.Ingest;

/// <summary>
/// Where sessions meet the owner of the things: the reports that wait for it, in order of arrival, and what wakes it. Each session
/// has one report here at most and reads nothing while it waits, so there are as many as clients, and these wait.
/// </summary>
internal sealed class ReportMailbox(TimeProvider? timeProvider = null)
{
    private readonly object _gate = new();
    private readonly Queue<ReportRequest> _reports = new();
    private readonly TimeProvider _timeProvider = timeProvider ?? TimeProvider.System;
    private Func<ReportRequest, int>? _judge;
    private int _judged;

    // Reports that the owner waits for; 0 where it does not wait.
    private int _wanted;
    private bool _isSweepAsked;
    private bool _isClosed;

    /// <summary>Reports that wait to be judged.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _reports.Count;
        }
    }

    private bool HasWanted => _reports.Count >= _wanted || _judged >= _wanted;

    /// <summary>
    /// Has reports judged by whoever hands them in, where that can be done at once. It answers how many were judged so since the
    /// owner's last turn, or 0 where the report has to wait for the owner.
    /// </summary>
    public void Open(Func<ReportRequest, int> judge) => Volatile.Write(ref _judge, judge);

    /// <summary>Hands a report in; true when it was judged, answered and stored, false when it could not be.</summary>
    public ValueTask<bool> SubmitAsync(ReportRequest request)
    {
        request.SubmittedAt = _timeProvider.GetTimestamp();
        ValueTask<bool> judged = request.WaitAsync();
        int atOnce = Volatile.Read(ref _judge)?.Invoke(request) ?? 0;
        // The first has the owner come, and it comes early where there are many.
        if (atOnce is 0 or 1 or ReportOwner.Enough && !TryTell(request, atOnce))
            return ValueTask.FromResult(false);
        return judged;
    }

    /// <summary>Asks for a sweep over open alarms: one that waits already is enough.</summary>
    public void RequestSweep()
    {
        lock (_gate)
        {
            _isSweepAsked = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Takes no more reports; the ones inside are still judged.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Blocks until there is something to do; false when there never will be again. Only the owner calls this and what follows.</summary>
    public bool WaitForWork()
    {
        lock (_gate)
        {
            _wanted = 1;
            while (!HasWanted && !_isSweepAsked && !_isClosed)
                Monitor.Wait(_gate);
            bool isWork = HasWanted || _isSweepAsked;
            _wanted = 0;
            return isWork;
        }
    }

    /// <summary>Blocks for a while, until there are enough reports for a turn, or no more are taken.</summary>
    public void Gather(TimeSpan time)
    {
        lock (_gate)
        {
            // Shorter than it was told only when it is woken, which sweeps do.
            _wanted = ReportOwner.Enough;
            if (!HasWanted && !_isClosed)
                Monitor.Wait(_gate, time);
            _wanted = 0;
        }
    }

    /// <summary>Takes reports out; those that were judged already are no longer waited for.</summary>
    /// <param name="into">Where to; filled up to its limit.</param>
    /// <param name="limit">The most that may be in it then.</param>
    public void Take(List<ReportRequest> into, int limit)
    {
        lock (_gate)
        {
            _judged = 0;
            while (into.Count < limit && _reports.TryDequeue(out ReportRequest? request))
                into.Add(request);
        }
    }

    /// <summary>Whether a sweep was asked for, which is then taken.</summary>
    public bool TryTakeSweep()
    {
        lock (_gate)
        {
            bool isAsked = _isSweepAsked;
            _isSweepAsked = false;
            return isAsked;
        }
    }

    private bool TryTell(ReportRequest request, int judged)
    {
        lock (_gate)
        {
            if (judged > 0)
            {
                _judged = judged;
            }
            else
            {
                if (_isClosed)
                    return false;
                _reports.Enqueue(request);
            }

            if (_wanted > 0 && HasWanted)
                Monitor.PulseAll(_gate);
            return true;
        }
    }
}
