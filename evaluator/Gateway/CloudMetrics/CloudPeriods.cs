using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Control;
using Defender.Gateway.Hosting;
using Defender.Gateway.Ingest;
using Defender.Gateway.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.CloudMetrics;

/// <summary>
/// Ends the periods of cloud-side metrics, at whole multiples of their length (CONTRACT b), and hands the values of each
/// client to the owner of the things, a part at a time, so that reports do not wait for a whole fleet.
/// </summary>
internal sealed class CloudPeriods : IHostedLifecycleService, IDisposable
{
    /// <summary>AWS.</summary>
    public static readonly TimeSpan DefaultLength = TimeSpan.FromMinutes(5);

    // Where the store keeps since when clients are away.
    private const string StoredName = "client-disconnects";

    // Own: the alarm of one that never came back is void two days after its last value, as AWS has it.
    private static readonly TimeSpan UnregisteredMemory = TimeSpan.FromDays(2);

    // Clients of which nothing is wanted are stepped over, so many before the owner looks after reports.
    private const int MaxLooks = 4096;

    private readonly ClientLedger _ledger;
    private readonly ReportMailbox _mailbox;
    private readonly TimeSpan _length;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<CloudPeriods> _logger;
    private readonly List<ClientCounters> _clients = [];
    private readonly ClientPeriod _values = new();
    private ITimer? _timer;
    private EndedPeriod _ended;
    private DateTimeOffset _runningSince;

    // UTC ticks of the end of a period whose values nobody has begun to take; 0 for none.
    private long _waiting;
    private EvaluationRules? _sortedUnder;
    private bool _mustSort;
    private int _place;
    private volatile bool _isInPass;
    private bool _isSaveDue;
    private ReadOnlyMemory<byte> _stored;
    private ReadOnlyMemory<byte> _saved;

    /// <exception cref="StoreException">The store could not be read.</exception>
    public CloudPeriods(
        ClientLedger ledger, ReportMailbox mailbox, IStore store, GatewayOptions options, TimeProvider timeProvider, ILogger<CloudPeriods> logger)
    {
        _ledger = ledger;
        _mailbox = mailbox;
        _length = options.CloudMetricPeriod;
        _timeProvider = timeProvider;
        _logger = logger;
        _runningSince = EndedPeriod.StartOf(timeProvider.GetUtcNow(), _length);
        if (store.ReadValue(StoredName) is { } stored)
            Restore(stored);
    }

    /// <summary>Whether values wait to be taken, or more clients to be looked at.</summary>
    public bool HasMore => _isInPass || Volatile.Read(ref _waiting) != 0;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _timer = _timeProvider.CreateTimer(_ => Tick(), null, UntilNext(), Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }

    // Before any connection is closed for the gateway's sake.
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _ledger.Stop();
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _timer?.Dispose();

    /// <summary>
    /// The next values to judge; false when there are none, or enough clients were stepped over for now: ask
    /// <see cref="HasMore"/>. Only the owner calls; what is returned is good until the next call.
    /// </summary>
    public bool TryTake([NotNullWhen(true)] out ClientPeriod? values)
    {
        values = null;
        if (!_isInPass && !TryBegin())
            return false;
        for (int looks = 0; looks < MaxLooks && _place < _clients.Count; looks++)
        {
            ClientCounters client = _clients[_place++];
            bool hasValues = client.TryTake(_ended, _values);
            if (_mustSort)
                _ledger.Sort(client);
            if (client.HasLeft(_ended, UnregisteredMemory))
                _ledger.Forget(client);
            if (!hasValues)
                continue;
            values = _values;
            return true;
        }

        if (_place == _clients.Count)
        {
            _isInPass = false;
            _isSaveDue = true;
        }

        return false;
    }

    /// <summary>Puts since when clients are away into a batch, where a pass is over and that is not what is stored.</summary>
    public void Save(StoreBatch changes)
    {
        if (!_isSaveDue)
            return;
        _isSaveDue = false;
        _saved = DisconnectTimes.Write(_clients);
        _clients.Clear();
        if (!_saved.Span.SequenceEqual(_stored.Span))
            changes.Values[StoredName] = _saved;
    }

    /// <summary>The same when the gateway stops, whatever was taken.</summary>
    public void SaveLast(StoreBatch changes)
    {
        _clients.Clear();
        _ledger.CopyTo(_clients);
        _isSaveDue = true;
        Save(changes);
    }

    /// <summary>A batch is stored and not cleared yet.</summary>
    public void Stored(StoreBatch changes)
    {
        if (changes.Values.ContainsKey(StoredName))
            _stored = _saved;
    }

    private bool TryBegin()
    {
        if (Volatile.Read(ref _waiting) == 0)
            return false;
        // First, so that at no moment there seems to be nothing left.
        _isInPass = true;
        long end = Interlocked.Exchange(ref _waiting, 0);
        _ended = new EndedPeriod(_ledger.Period - 1, new DateTimeOffset(end, TimeSpan.Zero));
        _clients.Clear();
        _ledger.CopyTo(_clients);
        _place = 0;
        _mustSort = !ReferenceEquals(_sortedUnder, _ledger.Rules);
        _sortedUnder = _ledger.Rules;
        return true;
    }

    // A clock that was set, back or on, ends the period that was running where the one begins that runs now.
    private void Tick()
    {
        DateTimeOffset start = EndedPeriod.StartOf(_timeProvider.GetUtcNow(), _length);
        if (start != _runningSince)
        {
            _runningSince = start;
            _ledger.BeginPeriod();
            if (Interlocked.Exchange(ref _waiting, start.UtcTicks) is not 0 and long late)
                _logger.PeriodLate(new DateTimeOffset(late, TimeSpan.Zero));
            _mailbox.RequestSweep();
        }

        _timer!.Change(UntilNext(), Timeout.InfiniteTimeSpan);
    }

    // A timer that fires a little early is set again for the little that is left.
    private TimeSpan UntilNext()
    {
        DateTimeOffset now = _timeProvider.GetUtcNow();
        TimeSpan left = EndedPeriod.StartOf(now, _length) + _length - now;
        return left < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : left;
    }

    private void Restore(byte[] stored)
    {
        if (!DisconnectTimes.TryRead(stored, _timeProvider.GetUtcNow(), out List<(string ClientId, DateTimeOffset DisconnectedAt)>? times))
        {
            _logger.DisconnectTimesDamaged(stored.Length);
            return;
        }

        _stored = stored;
        foreach ((string clientId, DateTimeOffset disconnectedAt) in times)
            _ledger.Restore(clientId, disconnectedAt);
    }
}
