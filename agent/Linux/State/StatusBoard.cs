using System;
using System.IO;
using System.Threading;
using Defender.Agent.Linux.Logging;

namespace Defender.Agent.Linux.State;

/// <summary>The status, and its file: written when something changes, at most once a second. Not safe for several threads.</summary>
internal sealed class StatusBoard : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly StatusFile? _file;
    private readonly string? _path;
    private readonly TimeProvider _timeProvider;
    private readonly Log _log;
    private readonly ITimer? _timer;
    private bool _isWaiting;
    private bool _isDue;
    private bool _hasFailed;

    /// <param name="path">Null writes nothing.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="log">Where a file that cannot be written is said, once.</param>
    public StatusBoard(string? path, TimeProvider timeProvider, Log log)
    {
        _path = path;
        _timeProvider = timeProvider;
        _log = log;
        if (path is null)
            return;
        _file = new StatusFile(path);
        _timer = timeProvider.CreateTimer(static board => ((StatusBoard)board!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Fill it, then say so by <see cref="Changed"/>.</summary>
    public AgentStatus Status { get; } = new();

    /// <summary>Something in the status is new.</summary>
    public void Changed()
    {
        if (_file is null)
            return;
        if (_isWaiting)
        {
            _isDue = true;
            return;
        }

        Write();
        _isWaiting = true;
        _timer!.Change(Pause, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Writes what is new.</summary>
    public void Dispose()
    {
        _timer?.Dispose();
        if (_isDue)
            Write();
        _isDue = false;
    }

    private void OnTimer()
    {
        _isWaiting = false;
        if (!_isDue)
            return;
        _isDue = false;
        Changed();
    }

    private void Write()
    {
        try
        {
            Status.WrittenAt = _timeProvider.GetUtcNow();
            _file!.Write(Status);
            _hasFailed = false;
        }
        catch (IOException failure)
        {
            if (!_hasFailed)
                _log.StatusFailed(_path!, failure);
            _hasFailed = true;
        }
    }
}
