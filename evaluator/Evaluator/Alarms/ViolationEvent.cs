using System;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;

namespace Defender.Evaluator.Alarms;

/// <summary>An alarm of a thing started, ended or became void. Immutable; carries a copy of the behavior and its evidence.</summary>
/// <param name="ViolationId">32 hex digits, the same through the whole life of an alarm.</param>
/// <param name="ThingName">The thing.</param>
/// <param name="SecurityProfileName">The profile.</param>
/// <param name="Behavior">The behavior as it was when the event happened.</param>
/// <param name="Type">What happened.</param>
/// <param name="Time">The datapoint's time, or the time of the change that made the alarm void. Milliseconds.</param>
public sealed record ViolationEvent(
    string ViolationId,
    string ThingName,
    string SecurityProfileName,
    Behavior Behavior,
    ViolationEventType Type,
    DateTimeOffset Time)
{
    /// <summary>The value that decided; null when an alarm became void.</summary>
    public MetricValue? MetricValue { get; init; }

    /// <summary>
    /// The members of <see cref="MetricValue"/> that broke the rule when it is a set: the ports, addresses, numbers or
    /// strings that should not be there, at most <see cref="MaxOffendingMembers"/>. Null otherwise.
    /// </summary>
    public MetricValue? OffendingMembers { get; init; }

    /// <summary>The fleet's percentile or the model's bound that the value was compared with; null for fixed values.</summary>
    public double? Threshold { get; init; }

    /// <summary>Most offending members that an event names.</summary>
    public const int MaxOffendingMembers = 100;
}
