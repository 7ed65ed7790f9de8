using System;
using System.Threading;
using Defender.Agent.Core.Reports;
using Defender.Agent.Core.Scheduling;
using Defender.Agent.Linux.State;

namespace Defender.Agent.Linux.Delivery;

/// <summary>
/// Reports between the one that makes them and the one that sends them. The newest is sent first and from memory: as long as all goes
/// well nothing touches the disk. What cannot be sent, or is not acknowledged, goes to the spool, and comes back oldest first, at a
/// bounded rate and after the newest. Not safe for several threads.
/// </summary>
internal sealed class Outbox
{
    // AWS takes one report of a thing in 300 s. The back-off waits for half of its ceiling at least.
    private const int FirstThrottleMs = 600_000;
    private const int LongestThrottleMs = 3_600_000;

    // A disk that fails, or a process without descriptors, is not asked again at once.
    private static readonly TimeSpan UnreadablePause = TimeSpan.FromMinutes(1);

    private readonly Spool _spool;
    private readonly ReportFormat _format;
    private readonly TimeSpan _replayInterval;
    private readonly TimeProvider _timeProvider;
    private readonly BackOff _throttle;
    private readonly Lazy<byte[]> _replay = new(() => GC.AllocateUninitializedArray<byte>(Report.MaxBytes));
    private byte[] _newest = GC.AllocateUninitializedArray<byte>(Report.MaxBytes);
    private int _newestLength;
    private long _newestId;
    private bool _isOpen;
    private long _replayFrom;

    public Outbox(Spool spool, ReportFormat format, TimeSpan replayInterval, Random jitter, TimeProvider timeProvider)
    {
        _spool = spool;
        _format = format;
        _replayInterval = replayInterval;
        _timeProvider = timeProvider;
        _throttle = new BackOff(FirstThrottleMs, LongestThrottleMs, jitter);
        _replayFrom = timeProvider.GetTimestamp();
    }

    /// <summary>Reports that wait or are on their way.</summary>
    public int Count => _spool.Count + (_newestId == 0 ? 0 : 1);

    /// <summary>Raised when a report has come.</summary>
    public event Action? Added;

    /// <summary>Raised when what waits is not what it was.</summary>
    public event Action? Changed;

    /// <summary>Takes a report that was just made.</summary>
    /// <param name="reportId">Higher than those before.</param>
    /// <param name="payload">The buffer it is in; another one takes its place.</param>
    /// <param name="length">Bytes of it.</param>
    public void Add(long reportId, ref byte[] payload, int length)
    {
        if (!_isOpen || _newestId != 0)
        {
            _spool.Add(reportId, _format, payload.AsSpan(0, length));
        }
        else
        {
            (_newest, payload) = (payload, _newest);
            _newestLength = length;
            _newestId = reportId;
        }

        Added?.Invoke();
        Changed?.Invoke();
    }

    /// <summary>There is a connection, or one is tried: the newest report can wait for it in memory.</summary>
    public void Open() => _isOpen = true;

    /// <summary>There is none: what was on its way may not have arrived.</summary>
    public void Close()
    {
        _isOpen = false;
        KeepNewest();
    }

    /// <summary>The next to send; settle it before asking for another.</summary>
    /// <returns>False when there is none now; see <see cref="UntilReplay"/>.</returns>
    public bool TryNext(out OutgoingReport report)
    {
        if (_newestId != 0)
        {
            report = new OutgoingReport(_newestId, _format, _newest.AsMemory(0, _newestLength), null);
            return true;
        }

        while (UntilReplay == TimeSpan.Zero && _spool.Oldest is { } oldest)
        {
            if (_spool.TryRead(oldest, _replay.Value, out int length))
            {
                report = new OutgoingReport(oldest.ReportId, oldest.Format, _replay.Value.AsMemory(0, length), oldest);
                return true;
            }

            // Still there: it cannot be read now, and those behind it hardly better.
            if (_spool.Oldest == oldest)
                PauseReplay(UnreadablePause);
        }

        report = default;
        return false;
    }

    /// <summary>How long the oldest report has to wait for its turn; for ever when there is none.</summary>
    public TimeSpan UntilReplay
    {
        get
        {
            if (_spool.Count == 0)
                return Timeout.InfiniteTimeSpan;
            TimeSpan left = _timeProvider.GetElapsedTime(_timeProvider.GetTimestamp(), _replayFrom);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>It arrived, or will never: it is not sent again.</summary>
    public void Settle(in OutgoingReport report)
    {
        if (report.Spooled is { } spooled)
            _spool.Remove(spooled);
        else if (_newestId == report.ReportId)
            _newestId = 0;
        PauseReplay(_replayInterval);
        Changed?.Invoke();
    }

    /// <summary>The gateway took it. When it is one that had waited, those behind it need not wait longer than usual.</summary>
    public void Accept(in OutgoingReport report)
    {
        if (report.Spooled is not null)
            _throttle.Reset();
        Settle(report);
    }

    /// <summary>The gateway does not want it now: it is kept, and nothing that is kept is sent for a while, longer each time.</summary>
    /// <returns>How long.</returns>
    public TimeSpan Postpone(in OutgoingReport report)
    {
        if (report.Spooled is null)
            KeepNewest();
        TimeSpan pause = TimeSpan.FromMilliseconds(_throttle.NextMs());
        PauseReplay(pause);
        Changed?.Invoke();
        return pause;
    }

    private void KeepNewest()
    {
        if (_newestId == 0)
            return;
        _spool.Add(_newestId, _format, _newest.AsSpan(0, _newestLength));
        _newestId = 0;
    }

    // A pause that a gateway has asked for is not cut short by the newest report passing.
    private void PauseReplay(TimeSpan pause) => _replayFrom = Math.Max(
        _replayFrom, _timeProvider.GetTimestamp() + (long)(pause.TotalSeconds * _timeProvider.TimestampFrequency));
}
