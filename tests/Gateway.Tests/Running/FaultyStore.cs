using System;
using System.Collections.Generic;
using System.Threading;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.Sqlite;

namespace Defender.Gateway.Tests.Running;

/// <summary>A real store that fails, or waits, when the test says so.</summary>
internal sealed class FaultyStore(string directory) : IStore
{
    private readonly SqliteStore _store = SqliteStore.Open(directory);
    private int _commits;

    /// <summary>Nothing can be written, as with a full disk.</summary>
    public volatile bool IsFull;

    /// <summary>Forgetting what is old fails in a way that no store should.</summary>
    public volatile bool CannotForget;

    /// <summary>Reading the state of this thing fails in a way that no store should.</summary>
    public volatile string? Poisoned;

    /// <summary>Things in alarm cannot be listed so many times.</summary>
    public int FailingLists;

    /// <summary>Called once, after waiting messages were read.</summary>
    public Action? AfterNextRead;

    /// <summary>Called once, after metric values were read.</summary>
    public Action? AfterNextBlocks;

    /// <summary>Commits wait here.</summary>
    public ManualResetEventSlim Gate { get; } = new(initialState: true);

    /// <summary>Set once a commit has come to the gate.</summary>
    public ManualResetEventSlim AtGate { get; } = new();

    public int Commits => Volatile.Read(ref _commits);

    /// <summary>Lets the commits from here on wait at the gate.</summary>
    public void Hold()
    {
        Gate.Reset();
        AtGate.Reset();
    }

    public void Commit(StoreBatch batch)
    {
        AtGate.Set();
        Gate.Wait(TestGateway.Deadline);
        if (IsFull)
            throw new StoreException("cannot write the database: database or disk is full");
        _store.Commit(batch);
        Interlocked.Increment(ref _commits);
    }

    public byte[]? ReadThingState(string thingName) => thingName == Poisoned
        ? throw new InvalidOperationException("poison")
        : _store.ReadThingState(thingName);

    public byte[]? ReadValue(string name) => _store.ReadValue(name);

    public IReadOnlyList<ResourceRow> ReadResources() => _store.ReadResources();

    public IReadOnlyList<string> ListThingsInAlarm() => Interlocked.Decrement(ref FailingLists) >= 0
        ? throw new StoreException("cannot read the database: disk I/O error")
        : _store.ListThingsInAlarm();

    public StoredViolation? ReadViolation(string violationId) => _store.ReadViolation(violationId);

    public IReadOnlyList<StoredViolation> ListActiveViolations(ViolationFilter filter, long? before, int limit) =>
        _store.ListActiveViolations(filter, before, limit);

    public IReadOnlyList<StoredViolationEvent> ListViolationEvents(
        ViolationFilter filter, DateTimeOffset from, DateTimeOffset to, ViolationEventPosition? before, int limit) =>
        _store.ListViolationEvents(filter, from, to, before, limit);

    public void ReadMetricBlocks(string thingName, DateTimeOffset from, DateTimeOffset to, int limit, MetricBlockRows into)
    {
        _store.ReadMetricBlocks(thingName, from, to, limit, into);
        Interlocked.Exchange(ref AfterNextBlocks, null)?.Invoke();
    }

    public IReadOnlyList<OutboxRow> ReadOutbox(string destination, long after, int limit)
    {
        IReadOnlyList<OutboxRow> rows = _store.ReadOutbox(destination, after, limit);
        Interlocked.Exchange(ref AfterNextRead, null)?.Invoke();
        return rows;
    }

    public IReadOnlyDictionary<string, long> CountOutbox() => _store.CountOutbox();

    public void DeleteBefore(DateTimeOffset violations, DateTimeOffset metricValues)
    {
        if (CannotForget)
            throw new InvalidOperationException("poison");
        if (IsFull)
            throw new StoreException("cannot write the database: database or disk is full");
        _store.DeleteBefore(violations, metricValues);
    }

    public bool DeleteOldestMetricDay(DateTimeOffset today) => _store.DeleteOldestMetricDay(today);

    public long MeasureSize() => _store.MeasureSize();

    public void Dispose()
    {
        _store.Dispose();
        Gate.Dispose();
        AtGate.Dispose();
    }
}
