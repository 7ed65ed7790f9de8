using System;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;

namespace Defender.Evaluator.Alarms;

/// <summary>An alarm that is open now (AWS's ActiveViolation). Immutable; carries a copy of the behavior.</summary>
/// <param name="ViolationId">The id that its in-alarm event has.</param>
/// <param name="ThingName">The thing.</param>
/// <param name="SecurityProfileName">The profile.</param>
/// <param name="Behavior">The behavior as it is judged.</param>
/// <param name="StartedAt">Time of the in-alarm event (violationStartTime). Milliseconds.</param>
/// <param name="LastViolationAt">Time of the newest value that violated (lastViolationTime): the in-alarm event's at first. Milliseconds.</param>
/// <param name="LastViolationValue">
/// The newest value that violated. Of a set at most <see cref="MaxValueMembers"/> members, and of strings as many as have
/// <see cref="MaxValueTextLength"/> characters together: those that broke the rule before the others.
/// </param>
public sealed record ActiveViolation(
    string ViolationId,
    string ThingName,
    string SecurityProfileName,
    Behavior Behavior,
    DateTimeOffset StartedAt,
    DateTimeOffset LastViolationAt,
    MetricValue LastViolationValue)
{
    /// <summary>Most members of a set that an open alarm remembers: what a custom metric's list may hold (R15).</summary>
    public const int MaxValueMembers = 1000;

    /// <summary>Most characters of strings that an open alarm remembers. Ours: 1000 names of 16 characters.</summary>
    public const int MaxValueTextLength = 16_000;
}
