using System;
using System.Collections.Generic;
using System.Threading;
using Defender.Gateway.Storage;

namespace Defender.Gateway.Tests.Running;

/// <summary>A real store that fails, or waits, when the test says so.</summary>
internal sealed class FaultyStore(string directory) : IStore
{
    private readonly SqliteStore _store = SqliteStore.Open(directory);
    private int _commits;

    /// <summary>Nothing can be written, as with a full disk.</summary>
    public volatile bool IsFull;

    /// <summary>Reading the state of this thing fails in a way that no store should.</summary>
    public volatile string? Poisoned;

    /// <summary>Commits wait here.</summary>
    public ManualResetEventSlim Gate { get; } = new(initialState: true);

    /// <summary>Set once a commit has come to the gate.</summary>
    public ManualResetEventSlim AtGate { get; } = new();

    public int Commits => Volatile.Read(ref _commits);

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

    public byte[]? ReadFleetStatistics() => _store.ReadFleetStatistics();

    public IReadOnlyList<string> ListThingsInAlarm() => _store.ListThingsInAlarm();

    public IReadOnlyList<StoredViolationEvent> ListViolationEvents(int limit) => _store.ListViolationEvents(limit);

    public void DeleteBefore(DateTimeOffset time) => _store.DeleteBefore(time);

    public void Dispose()
    {
        _store.Dispose();
        Gate.Dispose();
        AtGate.Dispose();
    }
}
