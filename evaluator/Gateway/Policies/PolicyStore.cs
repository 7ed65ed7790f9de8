using System;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading;
using Defender.Gateway.Hosting;
using Defender.Gateway.Policies.Reading;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Policies;

/// <summary>
/// The policies of a running gateway. Follows their file: a change counts about a second later, all of it or, where it has a
/// mistake, nothing (CVE-2017-7652). Thread-safe.
/// </summary>
internal sealed class PolicyStore : IDisposable
{
    /// <summary>The file is read this often.</summary>
    public static readonly TimeSpan RereadInterval = TimeSpan.FromSeconds(1);

    private const int MaxMistakes = 20;
    private const int MaxShared = 1024;

    private readonly string? _file;
    private readonly LogBudget _budget;
    private readonly ILogger _logger;
    private readonly ITimer? _timer;
    private readonly Lock _rereading = new();
    private volatile Snapshot _policies = new(FrozenDictionary<string, PolicyDocument>.Empty, 0);
    private byte[] _content = [];
    private string? _trouble;

    /// <summary>Reads the file for the first time.</summary>
    /// <param name="file">The file; null for a gateway that has no policies but the default one.</param>
    /// <param name="timeProvider">When the file is read again.</param>
    /// <param name="budget">Holds what clients can cause to be logged.</param>
    /// <param name="logger">Gets changes and troubles.</param>
    /// <exception cref="StartupException">The file is missing, empty, or has mistakes.</exception>
    public PolicyStore(string? file, TimeProvider timeProvider, LogBudget budget, ILogger<PolicyStore> logger)
    {
        _budget = budget;
        _logger = logger;
        if (file is null)
            return;
        // Never standard input, which cannot be read again.
        _file = Path.GetFullPath(file);
        if (Read() is { } trouble)
            throw new StartupException(trouble);
        _timer = timeProvider.CreateTimer(static state => ((PolicyStore)state!).ReadAgain(), this, RereadInterval, RereadInterval);
    }

    /// <summary>
    /// Raised after other policies hold: whoever asked <see cref="For"/> before has to ask again (CVE-2021-34434: a right that is
    /// taken away ends what was begun with it). Runs on the thread of a timer.
    /// </summary>
    public event Action? Changed;

    /// <summary>Counts the changes; one that rises between <see cref="For"/> and the place where <see cref="Changed"/> is heard was missed there.</summary>
    public long Generation => _policies.Generation;

    /// <summary>What a session may do.</summary>
    /// <param name="policyNames">The policies of the client's certificate or user; none for the <see cref="DefaultPolicy"/>.</param>
    /// <param name="variables">What the session is.</param>
    /// <returns>Nothing is allowed when a name stands for no policy: it could be the one that denies.</returns>
    public SessionPolicy For(ImmutableArray<string> policyNames, PolicyVariables variables)
    {
        if (policyNames.IsEmpty)
            return SessionPolicy.Compile([DefaultPolicy.Document], variables);
        Snapshot policies = _policies;
        var documents = new PolicyDocument[policyNames.Length];
        for (int i = 0; i < documents.Length; i++)
        {
            if (!policies.Documents.TryGetValue(policyNames[i], out PolicyDocument? document))
            {
                if (_budget.TryTake(LogSubject.Policy, out string leftOut))
                    _logger.PolicyUnknown(Printable.Shorten(variables.ThingName ?? variables.ClientId ?? ""), Printable.Shorten(policyNames[i]), leftOut);
                return SessionPolicy.DenyAll;
            }

            documents[i] = document;
        }

        return policies.Compile(policyNames, documents, variables);
    }

    public void Dispose() => _timer?.Dispose();

    private void ReadAgain()
    {
        lock (_rereading)
        {
            long before = Generation;
            string? trouble = Read();
            // Once for each trouble, not once a second.
            if (trouble is not null && trouble != _trouble)
                _logger.PoliciesUnreadable(trouble);
            _trouble = trouble;
            if (Generation == before)
                return;
            _logger.PoliciesChanged(_policies.Documents.Count);
            Changed?.Invoke();
        }
    }

    /// <summary>Takes the file over where its content is another; what is wrong with it otherwise.</summary>
    private string? Read()
    {
        if (!InputFile.TryRead(_file!, PolicyFile.MaxBytes, out byte[]? content, out string? reason))
            return $"cannot read {_file}: {reason}";
        if (Generation > 0 && content.AsSpan().SequenceEqual(_content))
            return null;
        if (!PolicyFile.TryRead(content, out FrozenDictionary<string, PolicyDocument>? documents, out IReadOnlyList<string> mistakes))
            return Describe(mistakes);
        _content = content;
        _policies = new Snapshot(documents, Generation + 1);
        return null;
    }

    private string Describe(IReadOnlyList<string> mistakes)
    {
        string title = mistakes.Count == 1 ? "1 mistake" : $"{mistakes.Count} mistakes";
        string rest = mistakes.Count > MaxMistakes ? $"\n  and {mistakes.Count - MaxMistakes} more" : "";
        return $"{_file}: {title}{string.Concat(mistakes.Take(MaxMistakes).Select(mistake => $"\n  {mistake}"))}{rest}";
    }

    private sealed class Snapshot(FrozenDictionary<string, PolicyDocument> documents, long generation)
    {
        private readonly ConcurrentDictionary<string, SessionPolicy> _shared = new(StringComparer.Ordinal);

        public FrozenDictionary<string, PolicyDocument> Documents { get; } = documents;

        public long Generation { get; } = generation;

        /// <summary>Sessions with the same policies share one instance where no value of theirs is in it.</summary>
        public SessionPolicy Compile(ImmutableArray<string> names, PolicyDocument[] documents, PolicyVariables variables)
        {
            if (documents.Any(document => document.DependsOnClient))
                return SessionPolicy.Compile(documents, variables);
            // No name of a policy has a blank.
            string key = string.Join(' ', names);
            if (_shared.TryGetValue(key, out SessionPolicy? shared))
                return shared;
            SessionPolicy policy = SessionPolicy.Compile(documents, PolicyVariables.None);
            return _shared.Count < MaxShared ? _shared.GetOrAdd(key, policy) : policy;
        }
    }
}
