using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading;
using Defender.Evaluator.Profiles;
using Defender.Gateway.Storage;

namespace Defender.Gateway.Control;

/// <summary>
/// The account: read at the start, kept in memory, every change stored before it holds. Thread-safe: changes follow one
/// another, readers take a snapshot.
/// </summary>
internal sealed class ControlPlane
{
    /// <summary>For how long <see cref="LetOthersGoFirst"/> does.</summary>
    private static readonly TimeSpan MaxPatience = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private readonly IStore _store;
    private readonly Arns _arns;
    private readonly TimeProvider _timeProvider;
    private volatile Snapshot _current;
    private int _waiting;

    /// <summary>Reads the account.</summary>
    /// <exception cref="StoreException">It cannot be read, or what was stored is damaged.</exception>
    public ControlPlane(IStore store, Arns arns, TimeProvider timeProvider)
    {
        _store = store;
        _arns = arns;
        _timeProvider = timeProvider;
        (AccountState account, EvaluationRules rules) = EvaluationRules.Compile(Load(store.ReadResources()), previous: null);
        _current = new Snapshot(account, rules);
    }

    /// <summary>Raised after a change holds, outside of any lock: alarms may have lost their ground.</summary>
    public event Action<ControlChange>? Changed;

    /// <summary>Raised with what a change stored, outside of any lock: there may be messages to send.</summary>
    public event Action<StoreBatch>? Stored;

    /// <summary>The account as it is.</summary>
    public AccountState State => _current.Account;

    /// <summary>What reports are judged by.</summary>
    public EvaluationRules Rules => _current.Rules;

    /// <summary>Changes the account: what the change leaves is stored, then it holds. Nothing changes when it throws.</summary>
    /// <exception cref="ControlException">The change refuses.</exception>
    /// <exception cref="StoreException">It could not be stored.</exception>
    public T Change<T>(Func<ControlDraft, T> change)
    {
        T result;
        ControlDraft draft;
        Interlocked.Increment(ref _waiting);
        lock (_gate)
        {
            Interlocked.Decrement(ref _waiting);
            draft = new ControlDraft(_current.Account, _current.Rules.Definitions, _arns, Now());
            result = change(draft);
            if (draft.Batch.IsEmpty)
                return result;
            (AccountState account, EvaluationRules rules) = EvaluationRules.Compile(draft.State, _current.Rules);
            _store.Commit(draft.Batch);
            _current = new Snapshot(account, rules);
        }

        Stored?.Invoke(draft.Batch);
        Changed?.Invoke(draft.Concerns);
        return result;
    }

    /// <summary>The same for a change without a result.</summary>
    /// <exception cref="ControlException">The change refuses.</exception>
    /// <exception cref="StoreException">It could not be stored.</exception>
    public void Change(Action<ControlDraft> change) => Change(draft =>
    {
        change(draft);
        return true;
    });

    /// <summary>
    /// Returns when no change waits any more, at the latest after a second: for whoever makes many in a row and would always be
    /// the first at the lock that it has just given up.
    /// </summary>
    public void LetOthersGoFirst() => SpinWait.SpinUntil(() => Volatile.Read(ref _waiting) == 0, MaxPatience);

    // The API's times have milliseconds: what is answered now and read back later is the same.
    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(_timeProvider.GetUtcNow().ToUnixTimeMilliseconds());

    private static AccountState Load(IReadOnlyList<ResourceRow> rows)
    {
        try
        {
            ILookup<string, KeyValuePair<string, byte[]>> byKind = rows.ToLookup(row => row.Kind, row => KeyValuePair.Create(row.Name, row.Document!));
            AccountState state = ResourceKinds.Plain.Aggregate(AccountState.Empty, (loaded, kind) => kind.Load(loaded, [.. byKind[kind.Word]]));
            ProfileDefinitions definitions = EvaluationRules.Define(state);
            return ResourceKinds.Profile
                .Load(state, [.. byKind[ResourceKinds.Profile.Word]], (name, document) => ProfileDocument.Read(name, document, definitions))
                .Indexed();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new StoreException($"what the store keeps of the account is damaged: {error.Message}", error);
        }
    }

    private sealed record Snapshot(AccountState Account, EvaluationRules Rules);
}
