using System;
using System.Buffers;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Text.Json;
using Defender.Evaluator.Alarms;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Percentiles;
using Defender.Evaluator.Profiles;
using Defender.Evaluator.Reports;
using Defender.Evaluator.Things;
using Defender.Gateway.Admin;
using Defender.Gateway.CloudMetrics;
using Defender.Gateway.Control;
using Defender.Gateway.Hosting;
using Defender.Gateway.Storage;
using Defender.Gateway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Ingest;

/// <summary>
/// Judges one report: its thing name, whether it may come now, what it says, what the thing's profiles make of it. Leaves
/// the answer in the request and what has to be stored in the batch. One owner.
/// </summary>
internal sealed class ReportDesk(
    IStore store, ControlPlane control, ReportRecorder recorder, GatewayOptions options, TimeProvider timeProvider, GatewayMetrics metrics, RejectLog rejects, LogBudget budget, ILogger<ReportDesk> logger)
{
    // The longest duration is an hour: what is older belongs to behaviors that were changed or removed.
    private static readonly TimeSpan FleetRetention = TimeSpan.FromDays(1);

    // Where the store keeps the fleet's statistics.
    private const string FleetValue = "fleet-statistics";

    private const int MaxLostAtOnce = 250;

    private readonly ThingTable _things = new(store, logger);
    private readonly ReportAdmission _admission = new(options.MinimumReportInterval, SlackOf(options.MinimumReportInterval));
    private readonly ReportReader _reader = new();
    private readonly Report _report = new();
    private readonly Judge _judge = new(JudgeOptions.Default, ReadFleet(store, logger));
    private readonly List<ViolationEvent> _events = [];

    private readonly List<ActiveViolation> _violations = [];

    /// <summary>Whether a report can be judged without the store being read, as far as can be told before.</summary>
    public bool IsAtHand(ReportRequest request) =>
        _things.TryFind(request.Thing, out ThingRecord? thing) && !thing.LostAlarms && !ReportRecorder.MayRead(thing, timeProvider.GetUtcNow());

    /// <summary>
    /// Judges a report. When it throws, the thing has to be forgotten, and the batch holds nothing of it but values that are true.
    /// </summary>
    /// <exception cref="StoreException">The thing's state could not be read.</exception>
    public void Judge(ReportRequest request, StoreBatch changes)
    {
        DateTimeOffset receivedAt = timeProvider.GetUtcNow();
        if (!ThingName.IsValid(request.Thing, out ThingNameError nameError))
        {
            Reject(request, reportId: null, receivedAt, new ReportError(ReportRule.R19, 0, "", nameError.Message));
            return;
        }

        ThingRecord thing = _things.Get(request.Thing);
        switch (_admission.Decide(thing.Admission, request.Payload, receivedAt, out PayloadDigest digest))
        {
            case AdmissionDecision.AcceptUnread:
                request.Outcome = ReportOutcome.Repeated;
                Answer(request, ReportIdOf(request), receivedAt).WriteAccepted(request.BeginAnswer(isAccepted: true));
                break;
            case AdmissionDecision.Throttle:
                Reject(request, ReportIdOf(request), receivedAt, new ReportError(ReportRule.R18, 0, "", "The report came too soon after the last accepted one."));
                break;
            default:
                Read(request, thing, digest, receivedAt, changes);
                break;
        }
    }

    /// <summary>Judges what a period gave for a client. When it throws, the thing has to be forgotten.</summary>
    /// <exception cref="StoreException">The thing's state could not be read.</exception>
    public void Judge(ClientPeriod period, StoreBatch changes)
    {
        EvaluationRules rules = control.Rules;
        DateTimeOffset now = timeProvider.GetUtcNow();
        ThingRecord thing = _things.Get(period.ClientIdUtf8);
        _events.Clear();
        VoidLostAlarms(thing, rules, now);
        ThingProfiles profiles = thing.ProfilesUnder(rules);
        _judge.Observe(thing.Name, profiles, thing.Evaluation, period.Datapoints, period.End, _events);
        metrics.Datapoints(period.Datapoints.Datapoints.Length);
        recorder.Record(thing, profiles, period, changes);
        Record(thing, now, changes);
    }

    /// <summary>Lets time pass for a thing that has an alarm open.</summary>
    /// <exception cref="StoreException">The thing's state could not be read.</exception>
    public void Advance(string thingName, StoreBatch changes)
    {
        DateTimeOffset now = timeProvider.GetUtcNow();
        EvaluationRules rules = control.Rules;
        ThingRecord thing = _things.Get(Encoding.UTF8.GetBytes(thingName));
        bool isAnew = thing.LostAlarms;
        _events.Clear();
        VoidLostAlarms(thing, rules, now);
        _judge.Advance(thing.Name, thing.ProfilesUnder(rules), thing.Evaluation, now, _events);
        // The store may list one that was started anew as one with an open alarm.
        if (_events.Count > 0 || isAnew)
            Record(thing, now, changes);
    }

    /// <summary>
    /// Puts the fleet's statistics into the batch, where behaviors compare with the fleet: a restart costs what came since.
    /// </summary>
    public void SaveFleet(StoreBatch changes)
    {
        _judge.Fleet.Forget(timeProvider.GetUtcNow() - FleetRetention);
        if (_judge.Fleet.Count == 0)
            return;
        var bytes = new ArrayBufferWriter<byte>();
        _judge.Fleet.Write(bytes);
        changes.Values[FleetValue] = bytes.WrittenMemory;
    }

    /// <summary>Drops what is remembered of the things of a batch that could not be stored.</summary>
    public void Forget(StoreBatch changes)
    {
        foreach (ThingStateRow row in changes.ThingStates)
            Forget(Encoding.UTF8.GetBytes(row.ThingName));
    }

    /// <summary>Drops what is remembered of a thing whose judgement failed halfway; its stored state holds.</summary>
    public void Forget(ReadOnlySpan<byte> thingName) => _things.Forget(thingName);

    /// <summary>Lets go of things beyond what memory is meant for; only when every change is stored.</summary>
    public void Trim() => _things.Trim();

    private void Read(ReportRequest request, ThingRecord thing, PayloadDigest digest, DateTimeOffset receivedAt, StoreBatch changes)
    {
        EvaluationRules rules = control.Rules;
        if (!_reader.TryRead(request.Payload, request.Format, rules.Definitions.Metrics, _report, out ReportError error))
        {
            Reject(request, _report.HasReportId ? _report.ReportId : null, receivedAt, error);
            return;
        }

        _events.Clear();
        VoidLostAlarms(thing, rules, receivedAt);
        ThingProfiles profiles = thing.ProfilesUnder(rules);
        _judge.Observe(thing.Name, profiles, thing.Evaluation, _report.Datapoints, receivedAt, _events);
        metrics.Datapoints(_report.Datapoints.Datapoints.Length);
        request.Outcome = ReportOutcome.Accepted;
        thing.Admission = thing.Admission.Accept(digest, receivedAt);
        Answer(request, _report.ReportId, receivedAt).WriteAccepted(request.BeginAnswer(isAccepted: true), _report);
        recorder.Record(thing, profiles, _report.Datapoints, receivedAt, changes);
        Record(thing, receivedAt, changes);
        if (logger.IsEnabled(LogLevel.Debug))
            logger.ReportAccepted(_report.ReportId, Printable.Escape(thing.Name));
    }

    // A state that could not be read took its open alarms along: what the store lists of them would stay active for ever.
    private void VoidLostAlarms(ThingRecord thing, EvaluationRules rules, DateTimeOffset now)
    {
        if (!thing.LostAlarms)
            return;
        long? before = null;
        IReadOnlyList<StoredViolation> lost;
        do
        {
            lost = store.ListActiveViolations(new ViolationFilter { ThingName = thing.Name }, before, MaxLostAtOnce);
            foreach (StoredViolation violation in lost)
            {
                before = violation.Id;
                if (ReadBehavior(violation.Behavior, rules.Definitions) is { } behavior)
                    _events.Add(new ViolationEvent(violation.ViolationId, thing.Name, violation.SecurityProfileName, behavior, ViolationEventType.AlarmInvalidated, now));
            }
        }
        while (lost.Count == MaxLostAtOnce);
        thing.LostAlarms = false;
    }

    private static Behavior? ReadBehavior(byte[] stored, ProfileDefinitions definitions)
    {
        using JsonDocument document = JsonDocument.Parse((byte[])[(byte)'[', .. stored, (byte)']']);
        return ProfileReader.TryReadBehaviors(document.RootElement, definitions, out ImmutableArray<Behavior> behaviors, out _) ? behaviors[0] : null;
    }

    private void Record(ThingRecord thing, DateTimeOffset at, StoreBatch changes)
    {
        // Everything is made before anything is added: a failure leaves no half of a report in the batch.
        var state = new ThingStateRow(thing.Name, thing.Write(changes.Bytes), thing.Evaluation.HasOpenAlarms, at);
        StoredViolationEvent[] events = _events.Count == 0 ? [] : [.. _events.Select(ToRow)];
        LastViolation[] violations = FurtherViolations(thing);
        changes.ThingStates.Add(state);
        changes.ViolationEvents.AddRange(events);
        changes.LastViolations.AddRange(violations);
        recorder.Alert(_events, changes);
    }

    // Of the alarms that stay open, those that the report violates again.
    private LastViolation[] FurtherViolations(ThingRecord thing)
    {
        if (!thing.Evaluation.HasOpenAlarms)
            return [];
        _violations.Clear();
        thing.Evaluation.CopyActiveViolations(thing.Name, _violations);
        return
        [
            .. from violation in _violations
               where violation.LastViolationAt > violation.StartedAt && thing.IsNewer(violation)
               select new LastViolation(violation.ViolationId, violation.LastViolationAt, ProfileWriter.ToUtf8Json(violation.LastViolationValue)),
        ];
    }

    private static StoredViolationEvent ToRow(ViolationEvent violation) => new(
        violation.ViolationId,
        violation.ThingName,
        violation.SecurityProfileName,
        violation.Behavior.Name,
        CriteriaTypeOf(violation.Behavior.Criteria),
        violation.Behavior.SuppressAlerts,
        violation.Type.ToWireName(),
        violation.Time,
        ViolationEventWriter.ToUtf8Json(violation, withEvidence: true))
    {
        Behavior = violation.Type == ViolationEventType.InAlarm ? ProfileWriter.ToUtf8Json(violation.Behavior) : null,
        MetricValue = violation.MetricValue is { } value ? ProfileWriter.ToUtf8Json(value) : null,
    };

    // AWS: BehaviorCriteriaType.
    private static string CriteriaTypeOf(BehaviorCriteria criteria) => criteria switch
    {
        StaticCriteria => "STATIC",
        StatisticalCriteria => "STATISTICAL",
        _ => "MACHINE_LEARNING",
    };

    private void Reject(ReportRequest request, long? reportId, DateTimeOffset receivedAt, in ReportError error)
    {
        request.Outcome = error.Rule == ReportRule.R18 ? ReportOutcome.Throttled : ReportOutcome.Rejected;
        rejects.Report(request.Thing, error, request.Payload.Length, receivedAt);
        ReportAnswer answer = Answer(request, reportId, receivedAt);
        if (error.Rule == ReportRule.R18)
            answer.WriteThrottled(request.BeginAnswer(isAccepted: false), _admission.MinimumInterval);
        else
            answer.WriteInvalidPayload(request.BeginAnswer(isAccepted: false), error.ToString());
        LogSubject subject = error.Rule == ReportRule.R19 ? LogSubject.ThingName : LogSubject.Report;
        if (budget.TryTake(subject, out string leftOut))
            logger.ReportRejected(Printable.Name(request.Thing), error.Code, Printable.Escape(error.ToString()), leftOut);
    }

    // CONTRACT R18: 30 s of 300 s. A shorter interval gets less in proportion, or it would hold nothing back.
    private static TimeSpan SlackOf(TimeSpan interval)
    {
        TimeSpan tenth = interval / 10;
        return tenth < ReportAdmission.Default.Slack ? tenth : ReportAdmission.Default.Slack;
    }

    private static FleetStatistics ReadFleet(IStore store, ILogger logger)
    {
        if (store.ReadValue(FleetValue) is not { } bytes)
            return new FleetStatistics();
        if (!FleetStatistics.TryRead(bytes, out FleetStatistics fleet, out _))
            logger.FleetStartsAnew();
        return fleet;
    }

    private long? ReportIdOf(ReportRequest request) =>
        _reader.TryReadReportId(request.Payload, request.Format, out long reportId) ? reportId : null;

    private static ReportAnswer Answer(ReportRequest request, long? reportId, DateTimeOffset at) =>
        new(request.Format, request.Thing, reportId, at);
}
