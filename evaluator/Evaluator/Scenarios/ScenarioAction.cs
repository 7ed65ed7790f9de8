using System;
using System.Collections.Immutable;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Defender.Evaluator.Reports;

namespace Defender.Evaluator.Scenarios;

/// <summary>One thing that a step does.</summary>
internal abstract record ScenarioAction;

/// <summary>A thing sends a report that is written out in the scenario or lies in a file.</summary>
internal sealed record RawReport(string Thing, ReportFormat Format, ReadOnlyMemory<byte> Payload) : ScenarioAction;

/// <summary>A thing sends a report of these values.</summary>
internal sealed record ReadingsReport(string Thing, ImmutableArray<MetricReading> Readings) : ScenarioAction;

/// <summary>The gateway counted this for a thing in a period that ends now.</summary>
internal sealed record PeriodCounts(string Thing, ImmutableArray<MetricReading> Readings) : ScenarioAction;

/// <summary>From now on a profile is this one, with these targets; without targets it is detached.</summary>
internal sealed record ProfileChange(ProfileAttachment Attachment) : ScenarioAction;

/// <summary>From now on a thing is registered or not, and in these groups.</summary>
internal sealed record MembershipChange(string Thing, ThingMembership Membership) : ScenarioAction;

/// <summary>A thing is deleted; if it reports again, it is an unregistered one.</summary>
internal sealed record ThingDeletion(string Thing) : ScenarioAction;

/// <summary>A value of a metric.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Dimension">The topics it was counted over; null for all, and always in reports.</param>
/// <param name="Value">Of the metric's kind; in a report possibly out of range, which the report reader has to say.</param>
internal sealed record MetricReading(Metric Metric, MetricDimension? Dimension, ScenarioValue Value);
