using System;
using System.Collections.Generic;
using Defender.Evaluator.Alarms;
using Defender.Gateway.Alerts.Sinks;
using Defender.Gateway.Storage;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Alerts;

/// <summary>
/// Puts the messages for the sinks into the batch of the events they tell of, so that both are stored or neither. Over the
/// rate of a sink, messages are folded into a count, which is stored in the same batch and goes out as a message of its own
/// once the sink has had some rest. One owner, one batch at a time; what was done for a batch that was cleared or replaced
/// without <see cref="Committed"/> is void.
/// </summary>
internal sealed class AlertRouter
{
    /// <summary>What messages for sinks wait for, before the ARN of the topic.</summary>
    public const string DestinationPrefix = "alert:";

    // Where the store keeps what was folded, before the ARN; empty when it was told.
    private const string FoldedPrefix = "alert-folded:";

    // Topics without a sink that are remembered as reported; the ones after stay unreported.
    private const int MaxReported = 1000;

    private readonly Dictionary<string, Account> _accounts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);
    private readonly List<Account> _touched = [];
    private readonly Outbox _outbox;
    private readonly TimeProvider _timeProvider;
    private readonly LogBudget _budget;
    private readonly ILogger _logger;
    private StoreBatch? _batch;
    private long _generation;

    /// <summary>Goes on where the store says that counts were left.</summary>
    /// <exception cref="StoreException">The store could not be read.</exception>
    public AlertRouter(
        AlertConfiguration configuration, IStore store, Outbox outbox, TimeProvider timeProvider, LogBudget budget, ILogger<AlertRouter> logger)
    {
        _outbox = outbox;
        _timeProvider = timeProvider;
        _budget = budget;
        _logger = logger;
        foreach (SinkOptions sink in configuration.Sinks)
        {
            FoldedAlerts? folded = null;
            if (store.ReadValue(FoldedPrefix + sink.TopicArn) is { Length: > 0 } bytes && !FoldedAlerts.TryRead(bytes, out folded))
                logger.FoldedCountDamaged(sink.TopicArn);
            _accounts.Add(sink.TopicArn, new Account(sink, new(RateBucket.Full(sink.Burst, timeProvider), folded)));
        }
    }

    /// <summary>Puts the message of an event into the batch, or into the count; nothing for a behavior that suppresses alerts.</summary>
    /// <param name="violation">What happened.</param>
    /// <param name="alertTargetArn">The SNS topic of its profile; null when it has none.</param>
    /// <param name="changes">The batch that the event is stored by.</param>
    public void Route(ViolationEvent violation, string? alertTargetArn, StoreBatch changes)
    {
        if (alertTargetArn is null || violation.Behavior.SuppressAlerts || Find(alertTargetArn) is not { } account)
            return;
        string messageId = AlertMessageId.Of(violation);
        if (TryAdmit(account, messageId, violation.SecurityProfileName, violation.Time, changes))
            Put(account, messageId, ViolationEventWriter.ToUtf8Json(violation), changes);
    }

    /// <summary>Puts any other message for a topic into the batch, or into the count.</summary>
    /// <param name="topicArn">The SNS topic.</param>
    /// <param name="messageId">The same for a message that is published again.</param>
    /// <param name="body">UTF-8 JSON.</param>
    /// <param name="changes">The batch that what it tells of is stored by.</param>
    /// <returns>False when no sink stands for the topic: nobody will get the message.</returns>
    public bool Publish(string topicArn, string messageId, byte[] body, StoreBatch changes)
    {
        if (Find(topicArn) is not { } account)
            return false;
        if (TryAdmit(account, messageId, profile: null, _timeProvider.GetUtcNow(), changes))
            Put(account, messageId, body, changes);
        return true;
    }

    /// <summary>Puts the counts into the batch that may be told by now: call it each minute or so, for sinks that get nothing new.</summary>
    public void Flush(StoreBatch changes)
    {
        foreach (Account account in _accounts.Values)
        {
            if (StateOf(account, changes).Folded is not null)
                TellFolded(account, changes);
        }
    }

    /// <summary>The batch is stored: what was done for it holds. Call it before the batch is cleared.</summary>
    public void Committed(StoreBatch changes)
    {
        Enter(changes);
        foreach (Account account in _touched)
        {
            account.Stored = account.Pending;
            account.IsTouched = false;
        }

        _touched.Clear();
    }

    // Whether a message may go out singly; it is in the count otherwise.
    private bool TryAdmit(Account account, string messageId, string? profile, DateTimeOffset time, StoreBatch changes)
    {
        TellFolded(account, changes);
        AccountState state = StateOf(account, changes);

        // What comes after a folded one is folded too until the count was told: receivers see events in order.
        bool hasRoom = state.Folded is null && HasRoom(account);
        RateBucket bucket = state.Bucket;
        if (hasRoom && bucket.TryTake(PerSecond(account), account.Sink.Burst, _timeProvider))
        {
            Touch(account, state with { Bucket = bucket });
            return true;
        }

        if (state.Folded is null && _budget.TryTake(LogSubject.Alert, out string leftOut))
            _logger.FoldingBegins(account.Sink.TopicArn, account.Sink.MessagesPerMinute, account.Sink.MaxWaiting, leftOut);
        SetFolded(account, state, changes, state.Folded is { } folded
            ? folded.Add(profile, time)
            : FoldedAlerts.Begin(account.Sink.TopicArn, messageId, profile, time, _timeProvider.GetUtcNow()));
        return false;
    }

    // Half a burst must have come back, so that some events go out singly between two counts under constant load.
    private void TellFolded(Account account, StoreBatch changes)
    {
        AccountState state = StateOf(account, changes);
        RateBucket bucket = state.Bucket;
        if (state.Folded is not { } folded
            || bucket.Count(PerSecond(account), account.Sink.Burst, _timeProvider) < Math.Max(1, account.Sink.Burst / 2)
            || !HasRoom(account))
            return;
        bucket.TryTake(PerSecond(account), account.Sink.Burst, _timeProvider);
        SetFolded(account, state with { Bucket = bucket }, changes, folded: null);
        Put(account, folded.MessageId, folded.ToMessage(), changes);
    }

    private void SetFolded(Account account, AccountState state, StoreBatch changes, FoldedAlerts? folded)
    {
        changes.Values[FoldedPrefix + account.Sink.TopicArn] = folded?.ToBytes() ?? [];
        Touch(account, state with { Folded = folded });
    }

    private void Put(Account account, string messageId, byte[] body, StoreBatch changes) => changes.Outbox.Add(
        new OutboxMessage(DestinationPrefix + account.Sink.TopicArn, messageId, body, _timeProvider.GetUtcNow()));

    // The batch itself is not counted: it holds no more than a burst.
    private bool HasRoom(Account account) => _outbox.CountWaiting(DestinationPrefix + account.Sink.TopicArn) < account.Sink.MaxWaiting;

    private Account? Find(string topicArn)
    {
        if (_accounts.TryGetValue(topicArn, out Account? account))
            return account;
        if (_reported.Count < MaxReported && _reported.Add(topicArn))
            _logger.NoSink(Printable.Escape(topicArn));
        return null;
    }

    private AccountState StateOf(Account account, StoreBatch changes)
    {
        Enter(changes);
        return account.IsTouched ? account.Pending : account.Stored;
    }

    private static double PerSecond(Account account) => account.Sink.MessagesPerMinute / 60.0;

    private void Touch(Account account, AccountState state)
    {
        account.Pending = state;
        if (account.IsTouched)
            return;
        account.IsTouched = true;
        _touched.Add(account);
    }

    private void Enter(StoreBatch changes)
    {
        if (changes == _batch && changes.Generation == _generation)
            return;
        foreach (Account account in _touched)
            account.IsTouched = false;
        _touched.Clear();
        _batch = changes;
        _generation = changes.Generation;
    }

    private readonly record struct AccountState(RateBucket Bucket, FoldedAlerts? Folded);

    private sealed class Account(SinkOptions sink, AccountState stored)
    {
        public SinkOptions Sink { get; } = sink;

        /// <summary>As of the last commit.</summary>
        public AccountState Stored { get; set; } = stored;

        /// <summary>With what the present batch adds, when it is touched.</summary>
        public AccountState Pending { get; set; }

        public bool IsTouched { get; set; }
    }
}
