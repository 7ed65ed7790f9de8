using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Alerts;
using Defender.Gateway.CloudMetrics;
using Defender.Gateway.Storage;
using Defender.Gateway.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Ingest;

/// <summary>
/// The one owner of all things: has the desk judge each report, stores what a batch of them changed in one transaction, prints
/// its violation events, and only then wakes the sessions. A report that cannot be judged fails alone; a batch that cannot be
/// stored fails as a whole, and its devices send again. Between its turns a session that brings a report judges it itself, for
/// the open batch, where that waits for nothing: what it has just read is at hand, and nobody has to wake for it.
/// </summary>
internal sealed class ReportOwner(
    ReportMailbox mailbox, ReportDesk desk, ReportRecorder recorder, AlarmSweep sweep, ThingStatusTopic status, CloudPeriods periods, IStore store, ViolationConsole console, TimeProvider timeProvider, GatewayMetrics metrics, LogBudget budget, ILogger<ReportOwner> logger)
    : BackgroundService
{
    /// <summary>Reports that are worth a transaction at once: more of them would hardly be cheaper together.</summary>
    public const int Enough = 256;

    // Reports that share a transaction: the more of a fleet are in one, the fewer pages are written twice.
    private const int MaxBatch = 1024;

    // Things that time passes for in one transaction, while reports wait.
    private const int MaxAdvanced = 256;

    // Some milliseconds in which the reports of a fleet come to share a transaction and a thread's wakeups, which cost far more
    // than a report. Only where one was just stored: who reports to a gateway at rest does not wait.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20);

    // Another session's judgement takes microseconds. The owner's turn does not: then the report waits in the mailbox.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(1);

    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    // Guards the desk, the batch and all that is the owner's.
    private readonly Lock _gate = new();

    // What was taken in this turn, in order: those up to _completed are answered, those up to _judged are in the changes.
    private readonly List<ReportRequest> _batch = new(MaxBatch);
    private readonly StoreBatch _changes = new();
    private readonly ReportAnswers _answers = new();
    private readonly Stopwatch _sinceStored = new();
    private ITimer? _sweeps;
    private bool _isStatusTold;
    private int _completed;
    private int _judged;

    // The one behind those that were judged could not be.
    private bool _hasFailed;
    private bool _isOpen;
    private volatile bool _isTurn;
    private volatile bool _isRunning;
    private volatile bool _isStoring = true;

    /// <summary>Whether reports are being judged and the last change could be stored.</summary>
    public bool IsReady => _isRunning && _isStoring;

    // Ready before anything listens: reports wait in the mailbox until ExecuteAsync has been given a thread.
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _sweeps = timeProvider.CreateTimer(_ => sweep.RequestAll(), null, TimeSpan.Zero, SweepInterval);
        metrics.ObserveMailbox(() => mailbox.Count);
        _isOpen = true;
        mailbox.Open(TryJudgeAtOnce);
        _isRunning = true;
        return base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _sweeps?.Dispose();
        base.Dispose();
    }

    // A thread of its own: it sleeps and wakes for each batch, which by timers and the pool would take four threads.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Factory.StartNew(
        () => Run(stoppingToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Run(CancellationToken stoppingToken)
    {
        using CancellationTokenRegistration stop = stoppingToken.Register(mailbox.Close);
        try
        {
            do
            {
                // Asleep until the time has come, whether there is work yet or not: one wakeup for it.
                if (_sinceStored.IsRunning && Gathering - _sinceStored.Elapsed is { Ticks: > 0 } left)
                    mailbox.Gather(left);
            }
            while (TryTakeTurn());

            lock (_gate)
            {
                // What a session judged meanwhile is the last.
                _isOpen = false;
                TakeBatch();
                desk.SaveFleet(_changes);
                periods.SaveLast(_changes);
                TryStore(reports: 0);
            }
        }
        finally
        {
            // Whatever happened, no session waits for an owner that is gone.
            _isRunning = false;
            mailbox.Close();
            lock (_gate)
            {
                _isOpen = false;
                mailbox.Take(_batch, int.MaxValue);
                Complete(_batch.Count, isStored: false);
            }
        }
    }

    /// <summary>Judges a report on its session's thread, for the open batch; how many were, or 0 where it has to wait for the owner.</summary>
    private int TryJudgeAtOnce(ReportRequest request)
    {
        if (_isTurn || !_gate.TryEnter(Patience))
            return 0;
        try
        {
            // After a failure the batch has to be stored first.
            if (!_isOpen || _hasFailed || _judged == MaxBatch || !desk.IsAtHand(request))
                return 0;
            _batch.Add(request);
            if (TryJudge(request))
                _judged++;
            return _batch.Count;
        }
        finally
        {
            _gate.Exit();
        }
    }

    // False when there will be no more.
    private bool TryTakeTurn()
    {
        if (!mailbox.WaitForWork())
            return false;
        _isTurn = true;
        lock (_gate)
        {
            TakeBatch();
            if (mailbox.TryTakeSweep())
            {
                if (sweep.HasMore)
                    Sweep();
                if (periods.HasMore)
                    JudgePeriod();
            }

            _changes.Clear();
            desk.Trim();
            _isTurn = false;
        }

        return true;
    }

    private void TakeBatch()
    {
        mailbox.Take(_batch, MaxBatch);
        while (_completed < _batch.Count)
            JudgeUpToFailure();
        _batch.Clear();
        _completed = _judged = 0;
    }

    private void JudgeUpToFailure()
    {
        while (!_hasFailed && _judged < _batch.Count && TryJudge(_batch[_judged]))
            _judged++;
        Complete(_judged, TryStore(_judged - _completed));
        _changes.Clear();
        if (!_hasFailed)
            return;

        // Not before its earlier reports are stored: the thing's next one starts from the store.
        desk.Forget(_batch[_judged].Thing);
        _judged++;
        Complete(_judged, isStored: false);
        _hasFailed = false;
    }

    private bool TryJudge(ReportRequest request)
    {
        try
        {
            desk.Judge(request, _changes);
            return true;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            if (budget.TryTake(LogSubject.Failure, out string leftOut))
                logger.JudgingFailed(error, Printable.Name(request.Thing), leftOut);
            _hasFailed = true;
            return false;
        }
    }

    private bool TryStore(int reports)
    {
        recorder.Complete(_changes);
        if (_changes.IsEmpty)
            return true;
        try
        {
            store.Commit(_changes);
            _isStoring = true;
            _sinceStored.Restart();
            metrics.Commit(isStored: true);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // What was judged is void: the next use of these things reads what is stored.
            _isStoring = false;
            metrics.Commit(isStored: false);
            desk.Forget(_changes);
            if (budget.TryTake(LogSubject.Failure, out string leftOut))
                logger.CommitFailed(error, reports, leftOut);
            return false;
        }

        recorder.Stored(_changes);
        periods.Stored(_changes);
        status.Stored(_changes);
        foreach (StoredViolationEvent violation in _changes.ViolationEvents)
        {
            console.Print(violation);
            metrics.Violation(violation.Type);
        }

        return true;
    }

    private void Complete(int end, bool isStored)
    {
        while (_completed < end)
        {
            ReportRequest request = _batch[_completed++];
            metrics.Report(isStored ? request.Outcome : ReportOutcome.Failed, timeProvider.GetElapsedTime(request.SubmittedAt));
            _answers.Add(request, isStored);
        }

        _answers.Send();
    }

    // Time ends alarms too: no datapoint for two days, a profile that is no longer attached. A part at a time, so that
    // reports do not wait for a whole fleet's alarms.
    private void Sweep()
    {
        try
        {
            if (!_isStatusTold)
                status.TellAll();
            _isStatusTold = true;
            _changes.Clear();
            for (int i = 0; i < MaxAdvanced && sweep.TryTake(out string? thingName); i++)
                Advance(thingName!);
            recorder.Flush(_changes);
            desk.SaveFleet(_changes);
            TryStore(reports: 0);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Alarms that it ended in memory alone would be ended for the gateway, and active for ever in the store.
            desk.Forget(_changes);
            if (budget.TryTake(LogSubject.Failure, out string leftOut))
                logger.SweepFailed(error, leftOut);
        }

        if (sweep.HasMore)
            mailbox.RequestSweep();
    }

    // What clients did in a period that has ended: a part of them, then the reports that came meanwhile.
    private void JudgePeriod()
    {
        _changes.Clear();
        for (int i = 0; i < MaxAdvanced && periods.TryTake(out ClientPeriod? period); i++)
        {
            try
            {
                desk.Judge(period, _changes);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                desk.Forget(period.ClientIdUtf8);
                if (budget.TryTake(LogSubject.Failure, out string leftOut))
                    logger.JudgingFailed(error, Printable.Escape(period.ClientId), leftOut);
            }
        }

        periods.Save(_changes);
        TryStore(reports: 0);
        if (periods.HasMore)
            mailbox.RequestSweep();
    }

    private void Advance(string thingName)
    {
        try
        {
            desk.Advance(thingName, _changes);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            desk.Forget(Encoding.UTF8.GetBytes(thingName));
            if (budget.TryTake(LogSubject.Failure, out string leftOut))
                logger.JudgingFailed(error, Printable.Escape(thingName), leftOut);
        }
    }
}
