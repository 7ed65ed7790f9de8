using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.Identities;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Identity;

/// <summary>
/// Who may connect, as a running gateway knows it: the store with a bounded memory in front of it, which follows what other
/// processes change. Thread-safe.
/// </summary>
internal sealed class IdentityRegistry : IHostedService, IDisposable
{
    /// <summary>How often the store is asked whether something changed: a quarter of the second within which a revocation has to count.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Certificates in memory: some megabytes.</summary>
    public const int MaxKnown = 16_384;

    /// <summary>Fingerprints in memory that nobody registered: they come from anybody.</summary>
    public const int MaxUnknown = 1024;

    private readonly IIdentityStore _store;
    private readonly ILogger _logger;
    private readonly LogBudget _budget;
    private readonly Lock _polling = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<string, CertificateRow> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unknown = new(StringComparer.Ordinal);
    private IReadOnlyList<RegisteredCaRow>? _cas;
    private long _version;
    private bool _areCasStale;
    private RepetitionThread? _polls;

    /// <summary>Reads the version for the first time.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public IdentityRegistry(IIdentityStore store, ILogger<IdentityRegistry> logger, LogBudget budget)
    {
        _store = store;
        _logger = logger;
        _budget = budget;
        _version = store.ReadChanges(long.MaxValue).Version;
    }

    /// <summary>Raised, on any thread, with the fingerprints and user names that do not stand for what they stood for.</summary>
    public event Action<IReadOnlySet<string>>? Withdrawn;

    /// <summary>The certificate of a fingerprint; null when it is not registered.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public CertificateRow? Find(string certificateId)
    {
        long version;
        lock (_gate)
        {
            if (_known.TryGetValue(certificateId, out CertificateRow? known))
                return known;
            if (_unknown.Contains(certificateId))
                return null;
            version = _version;
        }

        CertificateRow? found = _store.FindCertificate(certificateId);
        lock (_gate)
        {
            // What was read before a change is not kept beyond it.
            if (version == _version)
                Keep(certificateId, found);
        }

        return found;
    }

    /// <summary>Registers a certificate; false when it is registered already.</summary>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    public bool TryRegister(CertificateRow certificate)
    {
        bool isNew = _store.TryRegister(certificate);
        lock (_gate)
            _unknown.Remove(certificate.CertificateId);
        return isNew;
    }

    /// <summary>The registered CAs; where they cannot be read again, those of the last reading.</summary>
    /// <exception cref="StoreException">They cannot be read for the first time.</exception>
    public IReadOnlyList<RegisteredCaRow> Cas
    {
        get
        {
            long version;
            lock (_gate)
            {
                if (_cas is { } cas)
                    return cas;
                version = _version;
            }

            IReadOnlyList<RegisteredCaRow> read = _store.ListCas();
            lock (_gate)
            {
                if (version == _version)
                    _cas = read;
            }

            return read;
        }
    }

    /// <summary>A user; null when there is none of that name.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public ClientUserRow? FindUser(string userName) => _store.FindUser(userName);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _polls = new RepetitionThread("identity changes", PollInterval, Poll);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _polls?.Dispose();

    /// <summary>Takes over what changed in the store.</summary>
    public void Poll()
    {
        try
        {
            lock (_polling)
            {
                IdentityChanges changes = _store.ReadChanges(_version);
                if (changes.Version != _version)
                    Take(changes);
                if (_areCasStale)
                    ReadCas();
            }
        }
        catch (StoreException error)
        {
            if (_budget.TryTake(LogSubject.Failure, out string leftOut))
                _logger.IdentitiesUnreadable(error, leftOut);
        }
    }

    // Whoever is to go goes first: nothing else that is to be read may keep him.
    private void Take(IdentityChanges changes)
    {
        lock (_gate)
        {
            _version = changes.Version;
            _unknown.Clear();
            foreach (string principal in changes.Principals)
                _known.Remove(principal);
            _areCasStale = true;
        }

        if (changes.Principals.Count > 0)
            Withdraw(changes.Principals.ToHashSet(StringComparer.Ordinal));
    }

    // All or nothing (CVE-2017-7652): CAs that cannot be read leave those that were, and are read the next time.
    private void ReadCas()
    {
        IReadOnlyList<RegisteredCaRow> cas = _store.ListCas();
        lock (_gate)
            _cas = cas;
        _areCasStale = false;
    }

    // Who listens has no part in the others' trouble.
    private void Withdraw(HashSet<string> principals)
    {
        foreach (Action<IReadOnlySet<string>> tell in Delegate.EnumerateInvocationList(Withdrawn))
        {
            try
            {
                tell(principals);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                _logger.WithdrawalFailed(error, principals.Count == 1 ? Printable.Shorten(principals.First()) : $"{principals.Count} certificates and users");
            }
        }
    }

    private void Keep(string certificateId, CertificateRow? found)
    {
        if (found is null)
        {
            if (_unknown.Count >= MaxUnknown)
                _unknown.Clear();
            _unknown.Add(certificateId);
        }
        else
        {
            if (_known.Count >= MaxKnown)
                _known.Clear();
            _known[certificateId] = found;
        }
    }
}
