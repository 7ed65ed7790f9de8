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
/// The one owner of all things: takes reports from the mailbox in batches, has the desk judge each, stores what a batch
/// changed in one transaction, prints its violation events, and only then wakes the sessions. A report that cannot be
/// judged fails alone; a batch that cannot be stored fails as a whole, and its devices send again.
/// </summary>
internal sealed class ReportOwner(
    ReportMailbox mailbox, ReportDesk desk, ReportRecorder recorder, AlarmSweep sweep, ThingStatusTopic status, CloudPeriods periods, IStore store, ViolationConsole console, TimeProvider timeProvider, GatewayMetrics metrics, LogBudget budget, ILogger<ReportOwner> logger)
    : BackgroundService
{
    // Reports that share a transaction: the more of a fleet are in one, the fewer pages are written twice.
    private const int MaxBatch = 1024;

    // Things that time passes for in one transaction, while reports wait.
    private const int MaxAdvanced = 256;

    // Some milliseconds in which the reports of a fleet come to share a transaction and a thread's wakeups, which cost far more
    // than a report. Only where one was just stored: who reports to a gateway at rest does not wait.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    private readonly List<ReportRequest> _batch = new(MaxBatch);
    private readonly StoreBatch _changes = new();
    private readonly ReportAnswers _answers = new();
    private readonly Stopwatch _sinceStored = new();
    private ITimer? _sweeps;
    private bool _isStatusTold;
    private int _completed;
    private volatile bool _isRunning;
    private volatile bool _isStoring = true;

    /// <summary>Whether reports are being judged and the last change could be stored.</summary>
    public bool IsReady => _isRunning && _isStoring;

    // Ready before anything listens: reports wait in the mailbox until ExecuteAsync has been given a thread.
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _sweeps = timeProvider.CreateTimer(_ => sweep.RequestAll(), null, TimeSpan.Zero, SweepInterval);
        metrics.ObserveMailbox(() => mailbox.Reader.Count);
        _isRunning = true;
        return base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _sweeps?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using CancellationTokenRegistration stop = stoppingToken.Register(mailbox.Close);
        try
        {
            while (await mailbox.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
            {
                await GatherAsync(stoppingToken).ConfigureAwait(false);
                TakeBatch();
            }

            _changes.Clear();
            desk.SaveFleet(_changes);
            periods.SaveLast(_changes);
            TryStore(reports: 0);
        }
        finally
        {
            // Whatever happened, no session waits for an owner that is gone.
            _isRunning = false;
            mailbox.Close();
            Complete(_batch.Count, isStored: false);
            while (mailbox.Reader.TryRead(out ReportRequest? request))
            {
                if (request != ReportMailbox.SweepRequest)
                    _answers.Add(request, isStored: false);
            }

            _answers.Send();
        }
    }

    private async ValueTask GatherAsync(CancellationToken stoppingToken)
    {
        TimeSpan left = Gathering - _sinceStored.Elapsed;
        if (!_sinceStored.IsRunning || left <= TimeSpan.Zero || mailbox.Reader.Count >= MaxBatch)
            return;
        // About the machine, not about anybody's time: a clock that tests turn has no say in it.
        await Task.Delay(left, TimeProvider.System, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void TakeBatch()
    {
        bool sweepAsked = false;
        _batch.Clear();
        _completed = 0;
        while (_batch.Count < MaxBatch && mailbox.Reader.TryRead(out ReportRequest? request))
        {
            if (request == ReportMailbox.SweepRequest)
            {
                mailbox.SweepTaken();
                sweepAsked = true;
            }
            else
                _batch.Add(request);
        }

        while (_completed < _batch.Count)
            JudgeUpToFailure();
        if (mailbox.TryTakeSweep() || sweepAsked)
        {
            if (sweep.HasMore)
                Sweep();
            if (periods.HasMore)
                JudgePeriod();
        }

        desk.Trim();
    }

    private void JudgeUpToFailure()
    {
        int end = _completed;
        _changes.Clear();
        while (end < _batch.Count && TryJudge(_batch[end]))
            end++;
        Complete(end, TryStore(end - _completed));
        if (end == _batch.Count)
            return;

        // Not before its earlier reports are stored: the thing's next one starts from the store.
        desk.Forget(_batch[end].Thing);
        Complete(end + 1, isStored: false);
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
