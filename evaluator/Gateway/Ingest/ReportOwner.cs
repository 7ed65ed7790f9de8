using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Alerts;
using Defender.Gateway.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Ingest;

/// <summary>
/// The one owner of all things: takes reports from the mailbox in batches, has the desk judge each, stores what a batch
/// changed in one transaction, prints its violation events, and only then wakes the sessions.
/// </summary>
internal sealed class ReportOwner(
    ReportMailbox mailbox, ReportDesk desk, IStore store, ViolationConsole console, TimeProvider timeProvider, ILogger<ReportOwner> logger)
    : BackgroundService
{
    // Reports that share a transaction. They are already waiting: none waits for others to come.
    private const int MaxBatch = 256;

    // AWS: violations are kept for 30 days (Detect quotas).
    private static readonly TimeSpan Retention = TimeSpan.FromDays(30);
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    private readonly List<ReportRequest> _batch = new(MaxBatch);
    private readonly StoreBatch _changes = new();
    private volatile bool _isReady;

    /// <summary>Whether reports are being judged.</summary>
    public bool IsReady => _isReady;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using CancellationTokenRegistration stop = stoppingToken.Register(mailbox.Close);
        await using ITimer sweeps = timeProvider.CreateTimer(_ => mailbox.RequestSweep(), null, TimeSpan.Zero, SweepInterval);
        try
        {
            _isReady = true;
            while (await mailbox.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
                TakeBatch();
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            logger.OwnerFailed(error);
            throw;
        }
        finally
        {
            _isReady = false;
            mailbox.Close();
            while (mailbox.Reader.TryRead(out ReportRequest? request))
                request.Complete(isStored: false);
        }
    }

    private void TakeBatch()
    {
        bool sweep = false;
        _batch.Clear();
        while (_batch.Count < MaxBatch && mailbox.Reader.TryRead(out ReportRequest? request))
        {
            if (request == ReportMailbox.SweepRequest)
                sweep = true;
            else
                _batch.Add(request);
        }

        JudgeBatch();
        if (sweep)
            Sweep();
    }

    private void JudgeBatch()
    {
        bool isStored = TryApply(() =>
        {
            foreach (ReportRequest request in _batch)
                desk.Judge(request, _changes);
        });
        foreach (ReportRequest request in _batch)
            request.Complete(isStored);
    }

    // Time ends alarms too: no datapoint for two days, a profile that is no longer attached.
    private void Sweep() => TryApply(() =>
    {
        foreach (string thingName in store.ListThingsInAlarm())
            desk.Advance(thingName, _changes);
        store.DeleteBefore(timeProvider.GetUtcNow() - Retention);
    });

    private bool TryApply(Action judge)
    {
        _changes.Clear();
        try
        {
            judge();
            if (!_changes.IsEmpty)
                store.Commit(_changes);
        }
        catch (StoreException error)
        {
            // What was judged is void: the next use of these things reads what is stored.
            logger.CommitFailed(error, _batch.Count);
            desk.Forget(_changes);
            return false;
        }

        foreach (StoredViolationEvent violation in _changes.ViolationEvents)
            console.Print(violation);
        return true;
    }
}
