using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Defender.Evaluator.Addresses;
using Defender.Evaluator.Alarms;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Percentiles;
using Defender.Evaluator.Reports;
using Defender.Evaluator.Things;

namespace Defender.Evaluator.Scenarios.Running;

/// <summary>The gateway of a scenario: its things, its profiles, and the judge, with the time that the steps say.</summary>
internal sealed class ScenarioFleet
{
    private readonly Scenario _scenario;
    private readonly OrderedDictionary<string, ScenarioThing> _things = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, ProfileAttachment> _profiles = new(StringComparer.Ordinal);
    private readonly AlarmLedger _ledger = new();
    private readonly ReportAdmission _admission;
    private readonly ReportReader _reader = new();
    private readonly Report _report = new();
    private readonly DatapointBuffer _counts = new();
    private readonly List<ViolationEvent> _events = [];
    private Judge _judge;
    private ProfileSet _compiled;
    private long _reports;

    public ScenarioFleet(Scenario scenario)
    {
        _scenario = scenario;
        _admission = new ReportAdmission(scenario.MinimumReportInterval, ReportAdmission.Default.Slack);
        _judge = new Judge(scenario.Options);
        foreach ((string name, ThingMembership membership) in scenario.Things)
            _things.Add(name, new ScenarioThing(name) { Membership = membership });
        foreach (ProfileAttachment attachment in scenario.Profiles)
            _profiles.Add(attachment.Profile.Name, attachment);
        _compiled = ProfileSet.Compile(_profiles.Values);
    }

    /// <summary>What came since it was cleared last.</summary>
    public List<Outcome> Outcomes { get; } = [];

    /// <summary>What is wrong with the violation ids of <see cref="Outcomes"/>.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>Lets time pass for all things.</summary>
    public void Advance(TimeSpan at)
    {
        foreach (ScenarioThing thing in _things.Values)
            _judge.Advance(thing.Name, ProfilesOf(thing), thing.State, Scenario.Start + at, _events);
        TakeEvents();
    }

    public void Apply(ScenarioAction action, TimeSpan at)
    {
        switch (action)
        {
            case RawReport report:
                Receive(_things[report.Thing], report.Payload.Span, report.Format, at);
                break;
            case ReadingsReport report:
                Receive(_things[report.Thing], ReportComposer.Compose(++_reports, report.Readings), ReportFormat.Json, at);
                break;
            case PeriodCounts counts:
                Count(_things[counts.Thing], counts, at);
                break;
            case ProfileChange change:
                _profiles[change.Attachment.Profile.Name] = change.Attachment;
                _compiled = ProfileSet.Compile(_profiles.Values);
                Advance(at);
                break;
            case MembershipChange change:
                _things[change.Thing].Membership = change.Membership;
                _things[change.Thing].IsDeleted = false;
                Advance(at);
                break;
            case ThingDeletion deletion:
                _things[deletion.Thing].Membership = ThingMembership.Unregistered;
                _things[deletion.Thing].IsDeleted = true;
                Advance(at);
                break;
        }
    }

    /// <summary>Saves and restores everything that a gateway keeps over a restart.</summary>
    public void Restart()
    {
        var saved = new ArrayBufferWriter<byte>();
        _judge.Fleet.Write(saved);
        if (!FleetStatistics.TryRead(saved.WrittenSpan, out FleetStatistics statistics, out _))
            throw new InvalidOperationException("the fleet's statistics cannot be read back");
        _judge = new Judge(_scenario.Options, statistics);
        _compiled = ProfileSet.Compile(_profiles.Values);
        foreach (ScenarioThing thing in _things.Values)
            thing.Restart();
    }

    private void Receive(ScenarioThing thing, ReadOnlySpan<byte> payload, ReportFormat format, TimeSpan at)
    {
        DateTimeOffset time = Scenario.Start + at;
        if (!ThingName.IsValid(thing.Name, out ThingNameError nameError))
        {
            Reject(thing, ReportRule.R19, nameError.Message, at);
            return;
        }

        switch (_admission.Decide(thing.Admission, payload, time, out PayloadDigest digest))
        {
            case AdmissionDecision.AcceptUnread:
                Outcomes.Add(new Outcome(OutcomeKind.Repeated, thing.Name, "") { At = at });
                return;
            case AdmissionDecision.Throttle:
                Reject(thing, ReportRule.R18, "The report came too soon after the last accepted one.", at);
                return;
        }

        if (!_reader.TryRead(payload, format, _scenario.Metrics, _report, out ReportError error))
        {
            Reject(thing, error.Rule, error.Path.Length > 0 ? $"{error.Path}: {error.Message}" : error.Message, at);
            return;
        }

        thing.IsDeleted = false;
        thing.Admission = thing.Admission.Accept(digest, time);
        foreach (ref readonly DroppedMetric dropped in _report.Dropped)
        {
            string metric = Encoding.ASCII.GetString(_report.NameOf(dropped));
            Outcomes.Add(new Outcome(OutcomeKind.Dropped, thing.Name, metric) { At = at, Remark = dropped.Reason.ToText() });
        }

        _judge.Observe(thing.Name, ProfilesOf(thing), thing.State, _report.Datapoints, time, _events);
        TakeEvents();
    }

    private void Count(ScenarioThing thing, PeriodCounts counts, TimeSpan at)
    {
        _counts.Clear();
        foreach (MetricReading reading in counts.Readings)
        {
            if (reading.Metric.Kind == MetricValueKind.Count)
                _counts.AddCount(reading.Metric, long.Parse(reading.Value.Members[0], CultureInfo.InvariantCulture), reading.Dimension);
            else
                _counts.AddAddresses(reading.Metric, [.. reading.Value.Members.Select(Parse).Distinct()], reading.Dimension);
        }

        thing.IsDeleted = false;
        _judge.Observe(thing.Name, ProfilesOf(thing), thing.State, _counts, Scenario.Start + at, _events);
        TakeEvents();

        static IpAddress Parse(string text) => IpAddress.TryParse(text, out IpAddress address)
            ? address
            : throw new InvalidOperationException($"the scenario reader let '{text}' pass for an address");
    }

    private ThingProfiles ProfilesOf(ScenarioThing thing) =>
        thing.IsDeleted ? ThingProfiles.None : _compiled.For(thing.Membership);

    private void Reject(ScenarioThing thing, ReportRule rule, string remark, TimeSpan at) =>
        Outcomes.Add(new Outcome(OutcomeKind.Rejected, thing.Name, rule.ToString()) { At = at, Remark = remark.TrimEnd('.') });

    private void TakeEvents()
    {
        foreach (ViolationEvent violation in _events)
        {
            Outcomes.Add(Outcome.Of(violation));
            if (_ledger.Enter(violation) is { } fault)
                Faults.Add(fault);
        }

        _events.Clear();
    }
}
