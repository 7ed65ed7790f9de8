using System;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Defender.Evaluator.Alarms;
using Defender.Evaluator.Profiles;

namespace Defender.Evaluator.Scenarios;

/// <summary>Something that came of a step, or that has to: then what is null is not compared.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Thing">To which thing.</param>
/// <param name="Subject">The behavior, the rule that a report breaks or the metric that was dropped; empty for <see cref="OutcomeKind.Repeated"/>.</param>
internal sealed record Outcome(OutcomeKind Kind, string Thing, string Subject)
{
    /// <summary>The words of the scenario file, by value of <see cref="OutcomeKind"/>.</summary>
    public static ImmutableArray<string> KindWords { get; } = [.. WireNames.ViolationEventTypes, "rejected", "dropped", "repeated"];

    public string? Profile { get; init; }

    /// <summary>When, from <see cref="Scenario.Start"/>.</summary>
    public TimeSpan? At { get; init; }

    public ScenarioValue? Value { get; init; }

    public ScenarioValue? Offending { get; init; }

    public double? Threshold { get; init; }

    /// <summary>For the reader of a message; never compared.</summary>
    public string? Remark { get; init; }

    public static Outcome Of(ViolationEvent violation) =>
        new((OutcomeKind)violation.Type, violation.ThingName, violation.Behavior.Name)
        {
            Profile = violation.SecurityProfileName,
            At = violation.Time - Scenario.Start,
            Value = violation.MetricValue is { } value ? ScenarioValue.Of(value) : null,
            Offending = violation.OffendingMembers is { } members ? ScenarioValue.Of(members) : null,
            Threshold = violation.Threshold,
        };

    /// <summary>Whether something that happened is what is expected here.</summary>
    public bool Covers(Outcome actual) =>
        Kind == actual.Kind
        && Thing == actual.Thing
        && Subject == actual.Subject
        && (Profile is null || Profile == actual.Profile)
        && (At is null || At == actual.At)
        && (Value is null || Value.Equals(actual.Value))
        && (Offending is null || Offending.Equals(actual.Offending))
        && (Threshold is null || Threshold.Equals(actual.Threshold));

    /// <summary>As the scenario file would say it.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(ScenarioWord.Of(Thing)).Append(' ').Append(KindWords[(int)Kind]);
        if (Subject.Length > 0)
            text.Append(' ').Append(Subject);
        Append(text, "of", Profile);
        Append(text, "value", Value);
        Append(text, "offending", Offending);
        Append(text, "threshold", Threshold?.ToString("R", CultureInfo.InvariantCulture));
        Append(text, "at", At is { } at ? $"+{DurationText.Of(at)}" : null);
        if (Remark is not null)
            text.Append("   # ").Append(Remark);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string word, object? value)
    {
        if (value is not null)
            text.Append(' ').Append(word).Append(' ').Append(value);
    }
}

/// <summary>Kinds of <see cref="Outcome"/>; the first are those of <see cref="ViolationEventType"/>.</summary>
internal enum OutcomeKind
{
    /// <summary><c>in-alarm</c>.</summary>
    InAlarm = ViolationEventType.InAlarm,

    /// <summary><c>alarm-cleared</c>.</summary>
    AlarmCleared = ViolationEventType.AlarmCleared,

    /// <summary><c>alarm-invalidated</c>.</summary>
    AlarmInvalidated = ViolationEventType.AlarmInvalidated,

    /// <summary><c>rejected</c>: a report breaks a rule.</summary>
    Rejected,

    /// <summary><c>dropped</c>: a report was accepted without one of its values.</summary>
    Dropped,

    /// <summary><c>repeated</c>: a report is the last accepted one again, and is answered without being judged.</summary>
    Repeated,
}
